// virtual_clock: engine time that stands still until somebody moves it on. For tests, the simulator
// and the planner. Any thread reads; moving on is atomic, and never back.
#pragma once

#include <atomic>

#include "base/clock.hpp"

namespace millrace::sync {

class virtual_clock final : public base::clock {
 public:
  explicit virtual_clock(base::time_ns start) noexcept : now_(start) {}
  [[nodiscard]] base::time_ns now() const noexcept override {
    // relaxed: time orders nothing; a lane sees a new time in its next batch.
    return now_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] bool runs() const noexcept override { return false; }
  void not_before(base::time_ns t) noexcept override {
    if (now() < t) advance(t - now());
  }
  /// `by_ns` >= 0.
  void advance(std::int64_t by_ns) noexcept {
    now_.fetch_add(by_ns, std::memory_order_relaxed);  // relaxed: as above
  }

 private:
  std::atomic<base::time_ns> now_;
};

}  // namespace millrace::sync
