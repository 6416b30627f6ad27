// use_count: how many users of something are left, for an owner that refuses to go before they do.
//
// State       count_: users now.
// Invariants  drop() follows one's own add(). Whoever reads 0 sees all that the users did.
// Writers     any thread.
// Lines       the owner's; touched when a user comes or goes, never once a message.
// Orders      [R1] [A1] below.
// Progress    wait-free.
// Checked by  tests/unit/sync/object_pool_test.cpp
#pragma once

#include <atomic>
#include <cstddef>

namespace millrace::sync {

class use_count {
 public:
  void add() noexcept {
    count_.fetch_add(1, std::memory_order_relaxed);  // relaxed: publishes nothing
  }
  void drop() noexcept {
    // [R1] pairs with [A1]: what this user did is visible to the owner that reads 0.
    count_.fetch_sub(1, std::memory_order_release);
  }
  [[nodiscard]] std::size_t value() const noexcept {
    // [A1] pairs with [R1]: see there.
    return count_.load(std::memory_order_acquire);
  }

 private:
  std::atomic<std::size_t> count_{0};
};

}  // namespace millrace::sync
