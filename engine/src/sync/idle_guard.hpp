// idle_guard: keeps a processor awake while the thread on it waits for a device. A processor with
// nothing to run halts, and comes back from that later than the device has answered: it cost 12 to
// 18 us of each round trip to a disk that needs 28 (docs/decisions/0007-journal.md). So a thread of
// the policy SCHED_IDLE, which the scheduler lets run only where nobody else wants to, spins there
// meanwhile. begin() and end() are for one thread, start() and stop() for the owner.
#pragma once

#include <cstdint>
#include <millrace/result.hpp>
#include <string>

#include "sync/cpu_binding.hpp"
#include "sync/doorbell.hpp"
#include "sync/published.hpp"
#include "sync/shared_number.hpp"
#include "sync/stop_flag.hpp"
#include "sync/thread.hpp"

namespace millrace::sync {

class idle_guard {
 public:
  struct options {
    std::string name = {};
    /// A wait that takes longer is not watched to its end: waking is little of it then.
    std::int64_t watch_ns_max = 500'000;
  };

  idle_guard() = default;
  idle_guard(const idle_guard&) = delete;
  idle_guard& operator=(const idle_guard&) = delete;
  ~idle_guard() { stop(); }

  /// errc::system: no thread; begin() and end() do nothing then, nor where the system refuses the
  /// policy.
  [[nodiscard]] result<void> start(const options& wanted);
  void stop() noexcept;

  /// The calling thread is about to block where it runs now, for about `expected_ns`. Makes a
  /// system call only when the guard was parked.
  void begin(std::int64_t expected_ns) noexcept;
  /// It is back.
  void end() noexcept;

  /// How often the guard has looked whether the wait was over.
  [[nodiscard]] std::uint64_t looks() const noexcept { return looks_.value(); }

 private:
  void run() noexcept;
  void watch(std::uint64_t wait) noexcept;
  [[nodiscard]] bool is_news(std::uint64_t wait) const noexcept;

  options options_;
  bool running_ = false;

  // Written by who waits.
  published<std::uint64_t> wait_{0};  ///< odd: the wait of that number is under way
  shared_number cpu_;                 ///< where

  // The guard's.
  std::uint64_t watched_ = 0;  ///< the last wait that it saw
  int bound_to_ = any_cpu;
  shared_number looks_;
  published<int> id_{0};  ///< the system's, of the thread

  doorbell bell_;
  stop_flag stop_;
  thread thread_;
};

}  // namespace millrace::sync
