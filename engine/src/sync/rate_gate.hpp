// rate_gate: one call_rate that any number of threads share.
//
// State       the instant at which the next call is due.
// Invariants  it never goes back.
// Writers     any thread, at each call that passes.
// Lines       one, its own.
// Orders      relaxed throughout: the number guards no other memory, only itself.
// Progress    lock-free (a compare-and-swap loop).
// Checked by  tests/unit/sync/rate_gate_test.cpp
#pragma once

#include <atomic>

#include "base/call_rate.hpp"

namespace millrace::sync {

class alignas(128) rate_gate {
 public:
  explicit rate_gate(std::int64_t per_second) noexcept : rate_(per_second) {}
  rate_gate(const rate_gate&) = delete;
  rate_gate& operator=(const rate_gate&) = delete;

  /// False: too early, and nothing is counted.
  [[nodiscard]] bool pass(base::time_ns now) noexcept {
    base::time_ns due = due_.load(std::memory_order_relaxed);  // relaxed, here and below: Orders
    for (;;) {
      const std::optional<base::time_ns> next = rate_.pass(due, now);
      if (!next) return false;
      if (due_.compare_exchange_weak(due, *next, std::memory_order_relaxed)) return true;
    }
  }

 private:
  std::atomic<base::time_ns> due_{0};
  const base::call_rate rate_;
};

}  // namespace millrace::sync
