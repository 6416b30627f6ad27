#include "sync/machine_waits.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <system_error>

namespace millrace::sync {

wait_meter::wait_meter() noexcept
    : file_(::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)) {}

wait_meter::~wait_meter() {
  if (file_ >= 0) ::close(file_);
}

processor_waits wait_meter::read() const noexcept {
  char text[80];
  const ssize_t bytes = file_ < 0 ? -1 : ::pread(file_, text, sizeof(text), 0);
  if (bytes <= 0) return {};
  const char* const end = text + bytes;
  std::int64_t on_processor_ns = 0;
  processor_waits told;
  const auto first = std::from_chars(text, end, on_processor_ns);
  if (first.ec != std::errc{} || first.ptr == end) return {};
  const auto second = std::from_chars(first.ptr + 1, end, told.total_ns);
  if (second.ec != std::errc{} || second.ptr == end) return {};
  const auto third = std::from_chars(second.ptr + 1, end, told.times);
  return third.ec == std::errc{} ? told : processor_waits{};
}

}  // namespace millrace::sync
