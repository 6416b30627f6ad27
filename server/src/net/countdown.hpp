// countdown: how many of the server's threads are not done yet. Each says once that it is; any may
// ask, at any time.
#pragma once

#include <atomic>
#include <cstdint>

namespace millrace::net {

class countdown {
 public:
  /// Before the threads start.
  void start(std::uint32_t threads) noexcept { left_.store(threads, std::memory_order_relaxed); }
  /// Says that the calling thread is done. True: it was the last.
  bool arrive() noexcept { return left_.fetch_sub(1, std::memory_order_acq_rel) == 1; }
  [[nodiscard]] bool over() const noexcept { return left_.load(std::memory_order_acquire) == 0; }

 private:
  std::atomic<std::uint32_t> left_{1};
};

}  // namespace millrace::net
