// futex_parker: blocks the calling thread on a 32-bit atomic until another thread changes and wakes
// it. Used by doorbell only; the model checker puts its own parker in the same place.
#pragma once

#include <atomic>
#include <cstdint>

namespace millrace::sync {

/// As a deadline: wait for ever.
inline constexpr std::int64_t no_deadline = INT64_MAX;

class futex_parker {
 public:
  /// Blocks while `word` holds `expected`, at most until the monotonic clock (CLOCK_MONOTONIC)
  /// shows `deadline_ns`. False: the deadline has passed. True: woken, changed, or for no reason.
  bool park(std::atomic<std::uint32_t>& word, std::uint32_t expected,
            std::int64_t deadline_ns) noexcept;
  /// Wakes the one thread parked on `word`, if any. Costs a waker up to 20 us when it does.
  void unpark(std::atomic<std::uint32_t>& word) noexcept;
};

}  // namespace millrace::sync
