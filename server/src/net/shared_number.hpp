// shared_number: a number that any I/O thread may read and set, each by itself.
#pragma once

#include <atomic>
#include <cstdint>

namespace millrace::net {

class shared_number {
 public:
  // relaxed: nothing else becomes visible with it.
  [[nodiscard]] std::int64_t get() const noexcept { return n_.load(std::memory_order_relaxed); }
  void set(std::int64_t n) noexcept { n_.store(n, std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> n_{0};
};

}  // namespace millrace::net
