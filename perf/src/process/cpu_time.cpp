// Thin wrappers; a process that is gone is an answer, not an error.

#include "process/cpu_time.hpp"

#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <ctime>

namespace millrace::perf {

namespace {

std::uint64_t to_ns(const timespec& time) noexcept {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000u +
         static_cast<std::uint64_t>(time.tv_nsec);
}

std::uint64_t read_clock(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return to_ns(now);
}

}  // namespace

std::uint64_t monotonic_ns() noexcept { return read_clock(CLOCK_MONOTONIC); }
std::uint64_t thread_cpu_ns() noexcept { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

std::optional<std::uint64_t> thread_cpu_ns(pid_t thread) noexcept {
  // The kernel's name for a thread's clock: the inverted id above a kind, 6 being "by thread".
  const auto clock = static_cast<clockid_t>((~static_cast<unsigned>(thread) << 3) | 6u);
  timespec used{};
  if (clock_gettime(clock, &used) != 0) return std::nullopt;
  return to_ns(used);
}

std::optional<std::uint64_t> process_cpu_ns(pid_t process) noexcept {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(process, &clock) != 0) return std::nullopt;
  if (clock_gettime(clock, &used) != 0) return std::nullopt;
  return to_ns(used);
}

std::optional<std::uint64_t> resident_bytes(pid_t process) noexcept {
  char path[32];
  std::snprintf(path, sizeof path, "/proc/%d/statm", static_cast<int>(process));
  std::FILE* file = std::fopen(path, "re");
  if (file == nullptr) return std::nullopt;
  std::uint64_t total = 0, resident = 0;
  const int fields = std::fscanf(file, "%" SCNu64 " %" SCNu64, &total, &resident);
  std::fclose(file);
  if (fields != 2) return std::nullopt;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace millrace::perf
