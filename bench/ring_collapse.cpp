// Does the ring fall into tail-chasing when one side is a little faster? Batch 1, throughput
// strategy; producer or consumer does other work of 0, 10, 30 or 100 ns a record, whose cost is
// measured by itself and taken off.
#include <memory>

#include "ring_adapters.hpp"
#include "ring_cases.hpp"
#include "ring_transfer.hpp"

namespace millrace::bench {
namespace {

constexpr std::size_t ring_bytes = 1 << 20;

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
  std::size_t pop(record_checker& checker, std::size_t most) noexcept {
    record_checker local = checker;
    const std::size_t got = reader_->poll(
        most, [&](std::span<const std::byte> r) { local.see(r.data(), r.size()); });
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

/// Nanoseconds that one call of a handicap takes by itself, in a burst of its own.
double cost_of(std::uint32_t steps) {
  if (steps == 0) return 0;
  constexpr int calls = 20'000;
  const burst_result burst = run_burst({{0, [steps] {
    handicap work(steps);
    for (int i = 0; i < calls; ++i) work();
  }}});
  rest_after_burst();
  return static_cast<double>(burst.ns) / calls;
}

/// Steps that take about `ns`.
std::uint32_t steps_for(double ns) {
  const double fixed = cost_of(1);
  const double slope = (cost_of(401) - fixed) / 400;
  return ns <= 0 ? 0 : static_cast<std::uint32_t>(std::max(1.0, 1 + (ns - fixed) / slope));
}

template <class Queue>
ring_series::competitor cell(ring_series& series, const std::string& name,
                             const transfer_plan& plan) {
  return {[&series, name, plan] {
    const double other = cost_of(plan.producer_steps + plan.consumer_steps);
    const auto queue = std::make_unique<Queue>(ring_bytes);
    const transfer_result got = run_transfer<sync::throughput_backoff>(*queue, plan);
    series.count(got.burst, got.errors);
    series.add(name, got.ns_per_record - other);
  }};
}

}  // namespace

void run_collapse(ring_series& series) {
  std::vector<ring_series::competitor> group;
  for (const int ns : {0, 10, 30, 100}) {
    const std::uint32_t steps = steps_for(ns);
    const transfer_plan slow_producer{.records = 100'000, .producer_steps = steps};
    const transfer_plan slow_consumer{.records = 100'000, .consumer_steps = steps};
    const std::string end = "_" + std::to_string(ns);
    group.push_back(cell<broadcast_adapter<64>>(series, "collapse.uniform.producer" + end,
                                                slow_producer));
    group.push_back(cell<mixed_adapter>(series, "collapse.mixed.producer" + end, slow_producer));
    if (ns == 0) continue;  // the same cell
    group.push_back(cell<broadcast_adapter<64>>(series, "collapse.uniform.consumer" + end,
                                                slow_consumer));
    group.push_back(cell<mixed_adapter>(series, "collapse.mixed.consumer" + end, slow_consumer));
  }
  series.run_interleaved(group);
}

}  // namespace millrace::bench
