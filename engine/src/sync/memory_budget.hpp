// memory_budget: the one number behind --memory-max. Every arena and block store of a process takes
// from it before it uses memory; any thread.
//
// State       bytes in use, against a fixed maximum of which the last part is a reserve.
// Invariants  in use <= bytes_max; normal takes leave the reserve alone.
// Writers     any thread, in steps of 4 KiB and more: never once a message.
// Lines       one, its own.
// Orders      relaxed throughout: the number guards no other memory, only itself.
// Progress    lock-free (a compare-and-swap loop).
// Checked by  tests/unit/sync/memory_budget_test.cpp
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace millrace::sync {

/// What memory is wanted for when little is left: `priority` may use the reserve, so that receives
/// and deletes go on, and with them the way out of a full memory.
enum class allocation_class : std::uint8_t { normal, priority };

class alignas(128) memory_budget {
 public:
  /// Part of the maximum kept for priority: 1/32, about 3 %.
  static constexpr std::uint64_t reserve_divisor = 32;

  explicit memory_budget(std::uint64_t bytes_max = UINT64_MAX) noexcept
      : bytes_max_(bytes_max), normal_max_(bytes_max - bytes_max / reserve_divisor) {}
  memory_budget(const memory_budget&) = delete;
  memory_budget& operator=(const memory_budget&) = delete;

  /// False: it would go over the limit of its class, and nothing was taken.
  [[nodiscard]] bool take(std::uint64_t bytes, allocation_class use) noexcept {
    const std::uint64_t limit = use == allocation_class::priority ? bytes_max_ : normal_max_;
    // relaxed, here and below: see Orders.
    std::uint64_t now = in_use_.load(std::memory_order_relaxed);
    do {
      if (now > limit || bytes > limit - now) {
        refusals_.fetch_add(1, std::memory_order_relaxed);
        return false;
      }
    } while (!in_use_.compare_exchange_weak(now, now + bytes, std::memory_order_relaxed));
    return true;
  }

  void give_back(std::uint64_t bytes) noexcept {
    in_use_.fetch_sub(bytes, std::memory_order_relaxed);
  }

  [[nodiscard]] std::uint64_t bytes_in_use() const noexcept {
    return in_use_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t bytes_max() const noexcept { return bytes_max_; }
  /// Without the reserve.
  [[nodiscard]] std::uint64_t normal_max() const noexcept { return normal_max_; }
  /// How many takes were refused since the start.
  [[nodiscard]] std::uint64_t refusals() const noexcept {
    return refusals_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> in_use_{0};
  std::atomic<std::uint64_t> refusals_{0};
  const std::uint64_t bytes_max_;
  const std::uint64_t normal_max_;
};

}  // namespace millrace::sync
