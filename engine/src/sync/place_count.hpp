// place_count: places of which any number of threads have some together, no more than a maximum.
//
// State       taken_: places taken now.
// Invariants  take() never brings it above the maximum; hold() may, for what was there before.
// Writers     any thread.
// Lines       the owner's; touched when something long begins or ends, never once a message.
// Orders      relaxed throughout: the number guards no other memory, only itself.
// Progress    lock-free (a compare-and-swap loop).
// Checked by  tests/unit/sync/place_count_test.cpp
#pragma once

#include <atomic>
#include <cstdint>

namespace millrace::sync {

class place_count {
 public:
  explicit place_count(std::uint32_t max) noexcept : max_(max) {}
  place_count(const place_count&) = delete;
  place_count& operator=(const place_count&) = delete;

  /// False: there are not so many.
  [[nodiscard]] bool take(std::uint32_t n = 1) noexcept {
    std::uint32_t taken =
        taken_.load(std::memory_order_relaxed);  // relaxed, here and below: Orders
    do {
      if (taken > max_ || max_ - taken < n) return false;
    } while (!taken_.compare_exchange_weak(taken, taken + n, std::memory_order_relaxed));
    return true;
  }
  void hold(std::uint32_t n = 1) noexcept { taken_.fetch_add(n, std::memory_order_relaxed); }
  void give(std::uint32_t n = 1) noexcept { taken_.fetch_sub(n, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> taken_{0};
  const std::uint32_t max_;
};

}  // namespace millrace::sync
