// Round trip of a 64-byte message between two threads that spin with a pause, beside the least a
// machine can do: one slot in each direction. The slot of the gate carries the same message, which
// with its flag is two lines; `raw_line` is a slot of one line, and so of a shorter message.
#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <new>

#include "ring_adapters.hpp"
#include "ring_cases.hpp"
#include "ring_transfer.hpp"

namespace millrace::bench {
namespace {

constexpr std::size_t size = 64;
constexpr std::size_t ring_bytes = 4 << 10;  ///< stays in the first-level caches
constexpr std::uint64_t round_trips = 12'000;

/// One direction: a flag, and a body that is read in place.
template <std::size_t Body>
struct alignas(sync::line_pair) raw_slot {
  std::atomic<std::uint64_t> sent{0};
  std::array<std::byte, Body> body{};
};

template <std::size_t Body>
class raw_slot_adapter {
 public:
  static constexpr const char* name = Body == size ? "raw_slot" : "raw_line";
  /// Each lies elsewhere: where a slot lies in the shared cache decides 55 or 110 ns, and a median
  /// over places is what a ring, which walks over many, can be compared with.
  explicit raw_slot_adapter(std::size_t bytes) : memory_(bytes) {
    static std::size_t made = 0;
    const std::size_t offset = made++ * 5 * sizeof(raw_slot<Body>) % bytes;
    slot_ = new (memory_.words().plain_place(offset, sizeof *slot_).data()) raw_slot<Body>;
  }
  std::size_t push(std::uint64_t first, std::size_t) noexcept {
    fill_record(slot_->body.data(), Body, first);
    slot_->sent.store(first + 1, std::memory_order_release);
    return 1;
  }
  std::size_t pop(record_checker& checker, std::size_t) noexcept {
    if (slot_->sent.load(std::memory_order_acquire) != checker.next() + 1) return 0;
    checker.see(slot_->body.data(), Body);
    return 1;
  }

 private:
  ring_memory memory_;
  raw_slot<Body>* slot_;
};

/// The time below which `share` of the sorted `times` lie. A clock of coarse steps gives many the
/// same time; they are taken to be spread evenly over the step.
double quantile_of(const std::vector<double>& times, double share) {
  const double rank = share * static_cast<double>(times.size());
  const double time = times[static_cast<std::size_t>(rank)];
  const auto [first, last] = std::equal_range(times.begin(), times.end(), time);
  const double step = last == times.end() ? 0 : *last - time;
  const double below = rank - static_cast<double>(first - times.begin());
  return time + step * (below / static_cast<double>(last - first) - 0.5);
}

template <class Queue>
void measure(ring_series& series) {
  Queue there(ring_bytes);
  Queue back(ring_bytes);
  std::vector<double> times(round_trips);
  std::uint64_t errors_there = 0;
  std::uint64_t errors_back = 0;
  const auto wait = [](Queue& queue, record_checker& checker) {
    sync::latency_backoff idle;
    while (queue.pop(checker, 1) == 0) idle.after_empty();
  };
  // Each side works on its own stack: what one of them writes shares no line with what the other
  // reads.
  const auto ask = [&, wait, out = times.data()] {
    record_checker answers;
    for (std::uint64_t i = 0; i < round_trips; ++i) {
      const std::uint64_t start = ticks();
      there.push(i, 1);
      wait(back, answers);
      out[i] = static_cast<double>(ticks() - start);
    }
    errors_back = answers.errors();
  };
  const auto answer = [&, wait] {
    record_checker requests;
    for (std::uint64_t i = 0; i < round_trips; ++i) {
      wait(there, requests);
      back.push(i, 1);
    }
    errors_there = requests.errors();
  };
  series.count(run_burst({{0, ask}, {1, answer}}), errors_there + errors_back);
  std::ranges::sort(times);
  const std::string name = std::string("round_trip.") + Queue::name;
  series.add(name + ".p50", quantile_of(times, 0.5) * ns_per_tick());
  series.add(name + ".p99", quantile_of(times, 0.99) * ns_per_tick());
}

}  // namespace

void run_round_trip(ring_series& series) {
  series.run_interleaved({
      {[&] { measure<raw_slot_adapter<size>>(series); }},
      {[&] { measure<raw_slot_adapter<56>>(series); }},
      {[&] { measure<broadcast_adapter<size>>(series); }},
      {[&] { measure<boost_single_adapter<size>>(series); }},
      {[&] { measure<reader_writer_adapter<size>>(series); }},
      {[&] { measure<concurrent_queue_adapter<size>>(series); }},
  });
}

}  // namespace millrace::bench
