// Does the ring fall into tail-chasing when one side is a little faster? Batch 1, throughput
// strategy; producer or consumer does other work of 0, 10, 30 or 100 ns with each record, whose
// cost is measured by itself and taken off. Both sides stand behind the same barriers in every
// cell, with a handicap of 0 too: else a handicapped side alone would pay for its records one by
// one while the others overlap them.
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

/// Steps of each side, of which one at most has any.
struct handicaps {
  std::uint32_t producer = 0;
  std::uint32_t consumer = 0;
};

/// Nanoseconds a record that the handicaps take without a ring, in a burst of their own with both
/// sides running, as they do beside the ring: the slower side is what counts.
double cost_of(handicaps steps) {
  constexpr int calls = 20'000;
  const auto only_work = [](std::uint32_t side) {
    return [side] {
      handicap work(side);
      for (int i = 0; i < calls; ++i) work();
    };
  };
  const burst_result burst =
      run_burst({{0, only_work(steps.producer)}, {1, only_work(steps.consumer)}});
  rest_after_burst();
  return static_cast<double>(burst.ns) / calls;
}

/// Steps that take about `ns` more than the barriers alone.
std::uint32_t steps_for(double ns) {
  const double slope = (cost_of({.producer = 401}) - cost_of({.producer = 1})) / 400;
  return static_cast<std::uint32_t>(std::lround(ns / slope));
}

template <class Queue>
ring_series::competitor cell(ring_series& series, const std::string& name, handicaps steps) {
  return {[&series, name, steps] {
    const double before = cost_of(steps);
    const auto queue = std::make_unique<Queue>(ring_bytes);
    const transfer_result got = run_transfer<sync::throughput_backoff>(
        *queue, {.records = 100'000}, busy_checker(steps.consumer), handicap(steps.producer));
    rest_after_burst();
    // on both sides of the burst: the machine's speed drifts
    const double other = (before + cost_of(steps)) / 2;
    series.count(got.burst, got.errors);
    series.add(name, got.ns_per_record - other);
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
      group.push_back(cell<broadcast_adapter<64>>(series, "collapse.uniform." + name, cell_steps));
      group.push_back(cell<mixed_adapter>(series, "collapse.mixed." + name, cell_steps));
    };
    add("producer", {.producer = steps});
    if (ns != 0) add("consumer", {.consumer = steps});  // with 0 it is the same cell
  }
  series.run_interleaved(group);
}

}  // namespace millrace::bench
