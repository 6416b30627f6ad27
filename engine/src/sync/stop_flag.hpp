// stop_flag: one thread asks another to end its loop; asked once, never taken back. The asker must
// also ring the doorbell of a thread that may be parked. Any thread may ask and look.
#pragma once

#include <atomic>

namespace millrace::sync {

class stop_flag {
 public:
  stop_flag() noexcept = default;
  stop_flag(const stop_flag&) = delete;
  stop_flag& operator=(const stop_flag&) = delete;

  void request() noexcept {
    // [R1] pairs with [A1]: whatever the asker did before it asked.
    requested_.store(true, std::memory_order_release);
  }
  [[nodiscard]] bool requested() const noexcept {
    // [A1] pairs with [R1].
    return requested_.load(std::memory_order_acquire);
  }

 private:
  std::atomic<bool> requested_{false};
};

}  // namespace millrace::sync
