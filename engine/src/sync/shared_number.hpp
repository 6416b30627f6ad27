// shared_number: one 64-bit value that any thread sets and any thread reads; it orders nothing
// else. For what is only shown: the last error, a statistic.
#pragma once

#include <atomic>
#include <cstdint>

namespace millrace::sync {

class shared_number {
 public:
  void set(std::uint64_t value) noexcept {
    value_.store(value, std::memory_order_relaxed);  // relaxed: the value is all there is to see
  }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);  // relaxed: as above
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace millrace::sync
