// watermark: a position that one thread moves forward and others follow: how far a journal has
// come, how much was given. Read and moved without waiting, on any number of threads.
//
// State       value_: the position; it never shrinks.
// Invariants  whoever reads n sees everything the writer did before it advanced to n.
// Writers     advance: one thread at a time, ordered among themselves by something else.
// Lines       the owner's: put what one thread writes together, apart from what others write.
// Orders      [R1] [A1] below; the writer reads its own last value relaxed.
// Progress    wait-free.
// Checked by  tests/unit/sync/watermark_test.cpp (also under the thread sanitizer)
#pragma once

#include <atomic>
#include <cstdint>

#include "base/assert.hpp"

namespace millrace::sync {

class watermark {
 public:
  watermark() noexcept = default;
  watermark(const watermark&) = delete;
  watermark& operator=(const watermark&) = delete;

  /// Writer. `to` is not below the last.
  void advance(std::uint64_t to) noexcept {
    MR_ASSERT(to >= value_.load(std::memory_order_relaxed));  // relaxed: its own last store
    // [R1] pairs with [A1]: what led to this position is visible to whoever reads it.
    value_.store(to, std::memory_order_release);
  }
  void add(std::uint64_t more) noexcept {
    advance(value_.load(std::memory_order_relaxed) + more);  // relaxed: its own last store
  }

  [[nodiscard]] std::uint64_t value() const noexcept {
    // [A1] pairs with [R1]: see there.
    return value_.load(std::memory_order_acquire);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace millrace::sync
