// What a thread or process has used of processor and memory, from the kernel's own accounts.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace millrace::perf {

/// Nanoseconds on CLOCK_MONOTONIC.
[[nodiscard]] std::uint64_t monotonic_ns() noexcept;

/// CPU time of the calling thread, ns.
[[nodiscard]] std::uint64_t thread_cpu_ns() noexcept;

/// CPU time of a thread of this process by its kernel id, ns; nothing when it does not exist.
[[nodiscard]] std::optional<std::uint64_t> thread_cpu_ns(pid_t thread) noexcept;

/// CPU time (user + system, all threads) of a process, ns; nothing when it does not exist.
[[nodiscard]] std::optional<std::uint64_t> process_cpu_ns(pid_t process) noexcept;

/// Resident memory of a process in bytes; nothing when it does not exist.
[[nodiscard]] std::optional<std::uint64_t> resident_bytes(pid_t process) noexcept;

}  // namespace millrace::perf
