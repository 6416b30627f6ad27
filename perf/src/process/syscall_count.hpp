// Counts the system calls of chosen threads of this process by tracing them from a forked child
// (ptrace), so that the counted code needs no change and a count of 0 costs nothing.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::perf {

/// One object at a time; used from one thread, which may be among the counted ones.
class syscall_counter {
 public:
  static constexpr std::size_t threads_max = 16;

  /// Attaches to the threads (kernel ids, at most threads_max). When the system forbids tracing,
  /// attached() is false and all counts stay 0.
  explicit syscall_counter(std::span<const pid_t> threads);
  ~syscall_counter();
  syscall_counter(const syscall_counter&) = delete;
  syscall_counter& operator=(const syscall_counter&) = delete;

  [[nodiscard]] bool attached() const noexcept;
  /// Counting starts and ends without a system call of its own.
  void begin() noexcept;
  void end() noexcept;
  /// Calls entered between begin() and end() by the i-th thread.
  [[nodiscard]] std::uint64_t count(std::size_t i) const noexcept;
  /// Of these, calls of one kernel number (SYS_...).
  [[nodiscard]] std::uint64_t count_of(std::size_t i, long number) const noexcept;
  /// Of these, calls by which a thread waits or lets others run: futex and sched_yield. A thread
  /// that has work makes none of them.
  [[nodiscard]] std::uint64_t count_of_waits(std::size_t i) const noexcept;

 private:
  struct shared_state;
  shared_state* state_ = nullptr;
  pid_t tracer_ = -1;
};

/// Kernel ids of all threads of this process, ascending.
[[nodiscard]] std::vector<pid_t> own_threads();

}  // namespace millrace::perf
