// One timed transfer: a producer and a consumer move numbered records through a queue during one
// burst. Shared by the throughput and the collapse cases.
#pragma once

#include "burst.hpp"
#include "ring_records.hpp"
#include "sync/backoff.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace millrace::bench {

/// Work that is not the ring's: a chain of dependent multiplications between two barriers that
/// the processor cannot move ring work across, so that it costs its full time beside the ring's.
class handicap {
 public:
  explicit handicap(std::uint32_t steps = 0) noexcept : steps_(steps) {}
  void operator()() noexcept {
    if (steps_ == 0) return;
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

/// Most records a consumer takes at once, where its queue can give more than one.
inline constexpr std::size_t poll_limit = 256;

struct transfer_plan {
  std::uint64_t records = 0;
  std::size_t batch = 1;
  std::uint32_t producer_steps = 0;
  std::uint32_t consumer_steps = 0;
};

struct transfer_result {
  burst_result burst;
  std::uint64_t errors = 0;
  double ns_per_record = 0;
};

/// Moves plan.records through `queue`; the consumer idles by `Backoff`, the producer by a pause.
template <class Backoff, class Queue>
transfer_result run_transfer(Queue& queue, const transfer_plan& plan) {
  record_checker checker;
  const auto produce = [&] {
    handicap work(plan.producer_steps);
    for (std::uint64_t sent = 0; sent < plan.records;) {
      const std::size_t want = std::min<std::uint64_t>(plan.batch, plan.records - sent);
      for (std::size_t i = 0; plan.producer_steps != 0 && i < want; ++i) work();
      for (std::size_t done = 0; done < want;) {
        const std::size_t got = queue.push(sent + done, want - done);
        if (got == 0) sync::cpu_pause();
        done += got;
      }
      sent += want;
    }
  };
  const auto consume = [&] {
    handicap work(plan.consumer_steps);
    Backoff idle;
    while (checker.next() < plan.records) {
      const std::size_t got = queue.pop(checker, poll_limit);
      for (std::size_t i = 0; plan.consumer_steps != 0 && i < got; ++i) work();
      if (got == 0) {
        idle.after_empty();
      } else {
        idle.after_records(got);
      }
    }
  };
  transfer_result result;
  result.burst = run_burst({{0, produce}, {1, consume}});
  result.errors = checker.errors();
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
