// recent_times: when the latest of some events began, of which any number of threads may have so
// many under way together, each for the same time.
//
// State       at_: the time of the latest event in each place.
// Invariants  of the events that take() allowed, no more than Max began within the span before now.
// Writers     any thread.
// Lines       the owner's; touched when something long begins, never once a message.
// Orders      relaxed throughout: the times guard no other memory, only themselves.
// Progress    lock-free (a compare-and-swap a place).
// Checked by  tests/unit/sync/recent_times_test.cpp
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace millrace::sync {

template <std::size_t Max>
class recent_times {
 public:
  recent_times() noexcept {
    for (auto& at : at_) at.store(never, std::memory_order_relaxed);  // relaxed: see Orders
  }
  recent_times(const recent_times&) = delete;
  recent_times& operator=(const recent_times&) = delete;

  /// One begins now. False: Max have begun less than `span` ago.
  [[nodiscard]] bool take(std::int64_t now, std::int64_t span) noexcept {
    for (auto& at : at_) {
      std::int64_t began = at.load(std::memory_order_relaxed);  // relaxed: see Orders
      const bool over = began == never || now - began >= span;
      // relaxed: see Orders. Who loses has found a place that is taken, and looks at the next one.
      if (over && at.compare_exchange_strong(began, now, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  /// One that began at `then` came to nothing.
  void give(std::int64_t then) noexcept {
    for (auto& at : at_) {
      std::int64_t began = then;
      // relaxed: see Orders
      if (at.compare_exchange_strong(began, never, std::memory_order_relaxed)) return;
    }
  }

 private:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();
  std::array<std::atomic<std::int64_t>, Max> at_;
};

}  // namespace millrace::sync
