// One timed transfer: a producer and a consumer move numbered records through a queue during one
// burst. Shared by the throughput case and bench_rings.
#pragma once

#include "burst.hpp"
#include "ring_records.hpp"
#include "sync/backoff.hpp"

namespace millrace::bench {

/// Most records a consumer takes at once, where its queue can give more than one.
inline constexpr std::size_t poll_limit = 256;

struct transfer_plan {
  std::uint64_t records = 0;
  std::size_t batch = 1;
};

struct transfer_result {
  burst_result burst;
  std::uint64_t errors = 0;
  double ns_per_record = 0;
};

/// Moves plan.records through `queue`; the consumer idles by `Backoff`, the producer by a pause.
template <class Backoff, class Queue>
transfer_result run_transfer(Queue& queue, const transfer_plan& plan) {
  // Each side works on its own stack: what one of them writes shares no line with what the other
  // reads.
  std::uint64_t errors = 0;
  const auto produce = [&queue, plan] {
    for (std::uint64_t sent = 0; sent < plan.records;) {
      const std::size_t want = std::min<std::uint64_t>(plan.batch, plan.records - sent);
      for (std::size_t done = 0; done < want;) {
        const std::size_t got = queue.push(sent + done, want - done);
        if (got == 0) sync::cpu_pause();
        done += got;
      }
      sent += want;
    }
  };
  const auto consume = [&queue, &errors, records = plan.records] {
    record_checker checker;
    Backoff idle;
    while (checker.next() < records) {
      const std::size_t got = queue.pop(checker, poll_limit);
      if (got == 0) {
        idle.after_empty();
      } else {
        idle.after_records(got);
      }
    }
    errors = checker.errors();
  };
  transfer_result result;
  result.burst = run_burst({{0, produce}, {1, consume}});
  result.errors = errors;
  result.ns_per_record = static_cast<double>(result.burst.ns) / static_cast<double>(plan.records);
  return result;
}

/// Records that take about `ns` to move, found by a short trial.
template <class Backoff, class Queue>
std::uint64_t records_for(Queue& queue, transfer_plan plan, double ns) {
  plan.records = 20'000;
  const double cost = run_transfer<Backoff>(queue, plan).ns_per_record;
  rest_after_burst();
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(ns / cost), 20'000, 2'000'000);
}

}  // namespace millrace::bench
