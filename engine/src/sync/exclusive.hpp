// exclusive: proves that a part which belongs to one thread at a time is not entered by two. Two
// callers polling one lane are a bug of the program; it is stopped before state is damaged.
//
// State       busy_: someone is inside.
// Invariants  at most one guard exists; a second stops the program.
// Writers     any thread.
// Lines       shares the line of what it guards: whoever enters needs that line as well.
// Orders      [R1] [A1] below.
// Progress    wait-free; one exchange and one store an entry, once a batch.
// Checked by  tests/unit/lane/lane_test.cpp (two pollers die)
#pragma once

#include <atomic>

#include "base/assert.hpp"

namespace millrace::sync {

class exclusive {
 public:
  class guard {
   public:
    explicit guard(exclusive& entered) noexcept : entered_(entered) {
      // [A1] pairs with [R1]: what the previous holder wrote inside is visible to us.
      const bool was_busy = entered_.busy_.exchange(true, std::memory_order_acquire);
      MR_ASSERT(!was_busy && "two threads poll one lane");
    }
    ~guard() {
      // [R1] pairs with [A1]: our writes inside are visible to the next holder.
      entered_.busy_.store(false, std::memory_order_release);
    }
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;

   private:
    exclusive& entered_;
  };

 private:
  std::atomic<bool> busy_{false};
};

}  // namespace millrace::sync
