// published<T>: a small value that one thread sets and others look at; each look sees the latest or
// one shortly before. For words of state (a mode, a wish, a counter) that only grow stale, never
// wrong. Any thread looks.
//
// State       value_.
// Invariants  whoever gets v sees everything the writer did before it set v.
// Writers     set: one thread at a time.
// Lines       the owner's: put what one thread writes together, apart from what others write.
// Orders      [R1] [A1] below.
// Progress    wait-free; a T is at most a machine word.
// Checked by  tests/unit/sync/watermark_test.cpp (also under the thread sanitizer)
#pragma once

#include <atomic>
#include <type_traits>

namespace millrace::sync {

template <class T>
class published {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(void*));

 public:
  published() noexcept = default;
  explicit published(T first) noexcept : value_(first) {}
  published(const published&) = delete;
  published& operator=(const published&) = delete;

  /// Writer.
  void set(T value) noexcept {
    // [R1] pairs with [A1]: what the writer did before is visible to whoever gets this value.
    value_.store(value, std::memory_order_release);
  }
  [[nodiscard]] T get() const noexcept {
    // [A1] pairs with [R1]: see there.
    return value_.load(std::memory_order_acquire);
  }

 private:
  std::atomic<T> value_{};
};

}  // namespace millrace::sync
