// Short bursts above all ordinary work, so that a busy machine does not decide what is measured.
#pragma once

namespace millrace::perf {

/// While it lives the calling thread runs under SCHED_FIFO, if the system permits. A burst stays
/// well under a second: the kernel takes the processor away after 95 % of one. Threads started
/// meanwhile do not inherit it.
class realtime_burst {
 public:
  /// `priority` 1..99; threads of one priority on one processor do not preempt each other.
  explicit realtime_burst(int priority) noexcept;
  ~realtime_burst();
  realtime_burst(const realtime_burst&) = delete;
  realtime_burst& operator=(const realtime_burst&) = delete;

  [[nodiscard]] bool active() const noexcept { return active_; }

 private:
  bool active_ = false;
};

/// The same for a thread that never leaves it, such as an engine's lane; false if not permitted.
bool enter_realtime(int priority) noexcept;

}  // namespace millrace::perf
