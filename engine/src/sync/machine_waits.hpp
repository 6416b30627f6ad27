// How long threads wait for a processor, as the kernel counts it.
#pragma once

#include <cstdint>

namespace millrace::sync {

/// How long a thread has waited for a processor since it began, and how often it was given one.
struct processor_waits {
  std::int64_t total_ns = 0;
  std::int64_t times = 0;
};

/// Tells that of the thread that made it, to that thread.
class wait_meter {
 public:
  wait_meter() noexcept;
  wait_meter(const wait_meter&) = delete;
  wait_meter& operator=(const wait_meter&) = delete;
  ~wait_meter();

  /// One system call. Zeros where the system does not tell.
  [[nodiscard]] processor_waits read() const noexcept;

 private:
  int file_;
};

}  // namespace millrace::sync
