// Counts heap allocations by thread. Link the object library millrace_alloc_count to a program: its
// malloc, calloc, realloc and aligned forms (hence operator new) are then counted.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::perf {

struct thread_allocations {
  pid_t thread = 0;         ///< kernel id
  std::uint64_t count = 0;  ///< allocations since the thread's first
  std::uint64_t bytes = 0;  ///< asked for, since the thread's first
};

/// Every thread that ever allocated, at most 256; callable from any thread. A thread that is
/// allocating meanwhile may be seen one allocation early or late.
[[nodiscard]] std::vector<thread_allocations> read_allocations();

/// Allocations of all threads, without allocating anything itself.
[[nodiscard]] std::uint64_t total_allocations() noexcept;

/// Allocations of the calling thread.
[[nodiscard]] std::uint64_t own_allocations() noexcept;

}  // namespace millrace::perf
