// latch_flag: set by one thread as its last act on something, seen by another that then takes it
// over; or by whoever learns first what all are to know. [R1] and [A1] are all there is to it.
#pragma once

#include <atomic>

namespace millrace::sync {

class latch_flag {
 public:
  void set() noexcept {
    // [R1] pairs with [A1]: everything before set() is visible after is_set() returned true.
    value_.store(true, std::memory_order_release);
  }
  [[nodiscard]] bool is_set() const noexcept {
    // [A1] pairs with [R1]: see there.
    return value_.load(std::memory_order_acquire);
  }
  /// Only when no other thread looks.
  void clear() noexcept {
    value_.store(false, std::memory_order_relaxed);  // relaxed: nobody else looks
  }

 private:
  std::atomic<bool> value_{false};
};

}  // namespace millrace::sync
