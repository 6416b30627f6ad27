// Round trip of a 64-byte message between two threads that spin with a pause, beside the least a
// machine can do: one slot of one line in each direction.
#include <array>
#include <atomic>
#include <functional>

#include "ring_adapters.hpp"
#include "ring_cases.hpp"
#include "ring_transfer.hpp"

namespace millrace::bench {
namespace {

constexpr std::size_t size = 64;
constexpr std::size_t ring_bytes = 64 << 10;
constexpr std::uint64_t round_trips = 12'000;

/// One direction: one line, a flag and 56 bytes that are read in place.
struct alignas(sync::line_pair) raw_slot {
  std::atomic<std::uint64_t> sent{0};
  std::array<std::byte, 56> body{};
};

class raw_slot_adapter {
 public:
  static constexpr const char* name = "raw_slot";
  explicit raw_slot_adapter(std::size_t) {}
  std::size_t push(std::uint64_t first, std::size_t) noexcept {
    fill_record(slot_.body.data(), sizeof slot_.body, first);
    slot_.sent.store(first + 1, std::memory_order_release);
    return 1;
  }
  std::size_t pop(record_checker& checker, std::size_t) noexcept {
    if (slot_.sent.load(std::memory_order_acquire) != checker.next() + 1) return 0;
    checker.see(slot_.body.data(), sizeof slot_.body);
    return 1;
  }

 private:
  raw_slot slot_;
};

template <class Queue>
void measure(ring_series& series) {
  Queue there(ring_bytes);
  Queue back(ring_bytes);
  std::vector<double> times(round_trips);
  // each is written by its own thread, at every poll
  alignas(sync::line_pair) record_checker answers;
  alignas(sync::line_pair) record_checker requests;
  const auto wait = [](Queue& queue, record_checker& checker) {
    sync::latency_backoff idle;
    while (queue.pop(checker, 1) == 0) idle.after_empty();
  };
  const burst_result burst = run_burst({
      {0,
       [&] {
         for (std::uint64_t i = 0; i < round_trips; ++i) {
           const std::uint64_t start = ticks();
           there.push(i, 1);
           wait(back, answers);
           times[i] = static_cast<double>(ticks() - start);
         }
       }},
      {1,
       [&] {
         for (std::uint64_t i = 0; i < round_trips; ++i) {
           wait(there, requests);
           back.push(i, 1);
         }
       }},
  });
  series.count(burst, answers.errors() + requests.errors());
  const auto at = [&](double share) {
    const auto nth = times.begin() + static_cast<std::ptrdiff_t>(share * round_trips);
    std::nth_element(times.begin(), nth, times.end());
    return *nth * ns_per_tick();
  };
  series.add(std::string("round_trip.") + Queue::name + ".p50", at(0.5));
  series.add(std::string("round_trip.") + Queue::name + ".p99", at(0.99));
}

}  // namespace

void run_round_trip(ring_series& series) {
  series.run_interleaved({
      {[&] { measure<raw_slot_adapter>(series); }},
      {[&] { measure<broadcast_adapter<size>>(series); }},
      {[&] { measure<boost_single_adapter<size>>(series); }},
      {[&] { measure<reader_writer_adapter<size>>(series); }},
      {[&] { measure<concurrent_queue_adapter<size>>(series); }},
  });
}

}  // namespace millrace::bench
