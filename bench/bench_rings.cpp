// Google Benchmark's table of the rings and their rivals: one producer, one consumer on two pinned
// cores, one burst an iteration, timed by the burst itself. Figures that are compared or gated come
// from ring_table, which interleaves; this is for a quick look while working on a ring.
#include <benchmark/benchmark.h>

#include <memory>

#include "ring_adapters.hpp"
#include "ring_transfer.hpp"

namespace millrace::bench {
namespace {

template <class Queue, class Backoff>
void transfer(benchmark::State& state) {
  const transfer_plan plan{.records = 100'000, .batch = static_cast<std::size_t>(state.range(0))};
  std::uint64_t errors = 0;
  for (auto _ : state) {
    const auto queue = std::make_unique<Queue>(std::size_t{1} << 20);
    const transfer_result got = run_transfer<Backoff>(*queue, plan);
    state.SetIterationTime(static_cast<double>(got.burst.ns) * 1e-9);
    errors += got.errors;
    rest_after_burst();
  }
  if (errors != 0) state.SkipWithError("records were lost or out of order");
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * plan.records));
}

// A template's name cannot stand in parentheses.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define MR_RING_BENCH(adapter, size, backoff)                            \
  BENCHMARK(transfer<adapter<size>, sync::backoff>)                      \
      ->Name(std::string(adapter<size>::name) + "/" #size "B/" #backoff) \
      ->Arg(1)                                                           \
      ->Arg(10)                                                          \
      ->Arg(64)                                                          \
      ->UseManualTime()                                                  \
      ->Iterations(9)
// NOLINTEND(bugprone-macro-parentheses)

#define MR_RING_BENCH_SIZE(size)                                  \
  MR_RING_BENCH(broadcast_adapter, size, throughput_backoff);     \
  MR_RING_BENCH(boost_single_adapter, size, latency_backoff);     \
  MR_RING_BENCH(boost_bulk_adapter, size, latency_backoff);       \
  MR_RING_BENCH(concurrent_queue_adapter, size, latency_backoff); \
  MR_RING_BENCH(reader_writer_adapter, size, latency_backoff);    \
  MR_RING_BENCH(mutex_deque_adapter, size, latency_backoff)

MR_RING_BENCH_SIZE(64);
MR_RING_BENCH_SIZE(1024);

}  // namespace
}  // namespace millrace::bench
