// Does the ring fall into tail-chasing when one side is a little faster? Batch 1, throughput
// strategy; producer or consumer does other work of 0, 10, 30 or 100 ns with each record, whose
// cost is measured by itself and taken off. Both sides stand behind the same barriers in every
// cell, with a handicap of 0 too: else a handicapped side alone would pay for its records one by
// one while the others overlap them. Two figures a cell, both net of the handicap:
//   work  what producer and consumer spend on a record, together, waiting left out
//   wall  the time a record; the slower side hides the other's work here, so that behind a slow
//         consumer only the reading is left of it
#include <cmath>
#include <memory>

#include "ring_adapters.hpp"
#include "ring_cases.hpp"
#include "ring_transfer.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace millrace::bench {
namespace {

constexpr std::size_t ring_bytes = 1 << 20;

/// Work that is not the ring's: a chain of dependent multiplications between two barriers that
/// the processor cannot move ring work across, so that it costs its full time beside the ring's.
/// Without steps only the barriers are left.
class handicap {
 public:
  explicit handicap(std::uint32_t steps) noexcept : steps_(steps) {}
  void operator()() noexcept {
    barrier();
    for (std::uint32_t i = 0; i < steps_; ++i) {
      value_ *= value_;
      asm volatile("" : "+r"(value_));
    }
    barrier();
  }

 private:
  static void barrier() noexcept {
#if defined(__x86_64__)
    _mm_lfence();
#elif defined(__aarch64__)
    asm volatile("isb" ::: "memory");
#endif
  }
  std::uint32_t steps_;
  std::uint64_t value_ = 3;
};

/// A consumer's checker that does other work after each record, within the poll.
class busy_checker : public record_checker {
 public:
  explicit busy_checker(std::uint32_t steps) noexcept : work_(steps) {}
  void see(const std::byte* record, std::size_t size) noexcept {
    record_checker::see(record, size);
    work_();
  }

 private:
  handicap work_;
};

/// Records of 16..1,024 bytes, each a frame of its own.
class mixed_adapter {
 public:
  explicit mixed_adapter(std::size_t bytes)
      : memory_(bytes), ring_(memory_.words()), reader_(reader::join(ring_)) {}

  std::size_t push(std::uint64_t first, std::size_t) noexcept {
    const std::uint32_t size = sizes_.from(first, 1)[0];
    auto frame = ring_.try_claim(1, size);
    if (!frame) return 0;
    fill_record(frame.next().data(), size, first);
    ring_.publish(frame);
    return 1;
  }
  template <class Checker>
  std::size_t pop(Checker& checker, std::size_t most) noexcept {
    Checker local = checker;
    const std::size_t got =
        reader_->poll(most, [&](std::span<const std::byte> r) { local.see(r.data(), r.size()); });
    checker = local;
    return got;
  }

 private:
  using ring = sync::broadcast_ring<sync::std_sync>;
  using reader = sync::tethered_reader<sync::std_sync, ring>;
  mixed_sizes sizes_;
  ring_memory memory_;
  ring ring_;
  std::optional<reader> reader_;
};

/// A number for each side.
template <class T>
struct both_sides {
  T producer{};
  T consumer{};
};
using handicaps = both_sides<std::uint32_t>;  ///< steps; one side at most has any

/// Measures how long one side took, and how much of it it only waited. On its own thread.
class side_clock {
 public:
  void wait_begins() noexcept { waits_since_ = ticks(); }
  void wait_ends() noexcept { waited_ += ticks() - waits_since_; }
  [[nodiscard]] double busy_ns() const {
    return static_cast<double>(ticks() - start_ - waited_) * ns_per_tick();
  }

 private:
  std::uint64_t start_ = ticks();
  std::uint64_t waits_since_ = 0;
  std::uint64_t waited_ = 0;
};

/// Nanoseconds a record that the handicaps take without a ring, in a burst of their own with both
/// sides running, as they do beside the ring.
both_sides<double> cost_of(handicaps steps) {
  constexpr int calls = 20'000;
  both_sides<double> cost;
  const auto only_work = [](std::uint32_t side, double& ns) {
    return [side, &ns] {
      handicap work(side);
      const side_clock clock;
      for (int i = 0; i < calls; ++i) work();
      ns = clock.busy_ns() / calls;
    };
  };
  run_burst({{0, only_work(steps.producer, cost.producer)},
             {1, only_work(steps.consumer, cost.consumer)}});
  rest_after_burst();
  return cost;
}

/// Steps that take about `ns` more than the barriers alone.
std::uint32_t steps_for(double ns) {
  const double slope =
      (cost_of({.producer = 401}).producer - cost_of({.producer = 1}).producer) / 400;
  return static_cast<std::uint32_t>(std::lround(ns / slope));
}

struct handicapped_transfer {
  burst_result burst;
  std::uint64_t errors = 0;
  both_sides<double> busy_ns;  ///< a record
};

/// Moves `records` through `queue`, one a frame. Both sides measure on their own stacks.
template <class Queue>
handicapped_transfer transfer(Queue& queue, std::uint64_t records, handicaps steps) {
  handicapped_transfer result;
  const auto produce = [&queue, &result, records, steps] {
    handicap work(steps.producer);
    side_clock clock;
    for (std::uint64_t sent = 0; sent < records; ++sent) {
      work();
      if (queue.push(sent, 1) != 0) continue;
      clock.wait_begins();
      while (queue.push(sent, 1) == 0) sync::cpu_pause();
      clock.wait_ends();
    }
    result.busy_ns.producer = clock.busy_ns() / static_cast<double>(records);
  };
  const auto consume = [&queue, &result, records, steps] {
    busy_checker checker(steps.consumer);
    sync::throughput_backoff idle;
    side_clock clock;
    while (checker.next() < records) {
      const std::size_t got = queue.pop(checker, poll_limit);
      idle.after_records(got);
      if (got != 0) continue;
      clock.wait_begins();
      idle.after_empty();
      clock.wait_ends();
    }
    result.busy_ns.consumer = clock.busy_ns() / static_cast<double>(records);
    result.errors = checker.errors();
  };
  result.burst = run_burst({{0, produce}, {1, consume}});
  rest_after_burst();
  return result;
}

template <class Queue>
ring_series::competitor cell(ring_series& series, const std::string& sizes, const std::string& name,
                             handicaps steps) {
  return {[&series, sizes, name, steps] {
    constexpr std::uint64_t records = 100'000;
    const both_sides<double> before = cost_of(steps);
    const auto queue = std::make_unique<Queue>(ring_bytes);
    const handicapped_transfer got = transfer(*queue, records, steps);
    // on both sides of the burst: the machine's speed drifts
    const both_sides<double> after = cost_of(steps);
    const double producer = (before.producer + after.producer) / 2;
    const double consumer = (before.consumer + after.consumer) / 2;
    series.count(got.burst, got.errors);
    series.add("collapse." + sizes + ".work." + name,
               got.busy_ns.producer - producer + got.busy_ns.consumer - consumer);
    series.add("collapse." + sizes + ".wall." + name,
               static_cast<double>(got.burst.ns) / records - std::max(producer, consumer));
  }};
}

}  // namespace

void run_collapse(ring_series& series) {
  std::vector<ring_series::competitor> group;
  for (const int ns : {0, 10, 30, 100}) {
    const std::uint32_t steps = steps_for(ns);
    const std::string end = "_" + std::to_string(ns);
    const auto add = [&](const std::string& side, handicaps cell_steps) {
      const std::string name = side + end;
      group.push_back(cell<broadcast_adapter<64>>(series, "uniform", name, cell_steps));
      group.push_back(cell<mixed_adapter>(series, "mixed", name, cell_steps));
    };
    add("producer", {.producer = steps});
    if (ns != 0) add("consumer", {.consumer = steps});  // with 0 it is the same cell
  }
  series.run_interleaved(group);
}

}  // namespace millrace::bench
