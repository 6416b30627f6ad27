// extent_source: where an engine gets its memory from, in pieces of 64 KiB and more. The default is
// mmap; a program may plug its own allocator in behind it (ours plug jemalloc in).
#pragma once

#include <cstddef>

namespace millrace {
inline namespace v1 {

/// As a numa_node: no preference.
inline constexpr int any_numa_node = -1;

/// Both functions are called from any thread, several at a time, and must not throw.
struct extent_source {
  /// `bytes` (a multiple of 4 KiB) of zeroed or unspecified private memory, aligned to `alignment`
  /// (a power of two from 4 KiB to 2 MiB), near `numa_node` if that is >= 0 and possible. Null: no
  /// memory. The memory must allow madvise(MADV_DONTNEED): parts not in use are given back so.
  void* (*allocate)(void* context, std::size_t bytes, std::size_t alignment,
                    int numa_node) noexcept = nullptr;
  /// Takes back what allocate() returned for `bytes`.
  void (*release)(void* context, void* extent, std::size_t bytes) noexcept = nullptr;
  /// Handed to both; must outlive the engine.
  void* context = nullptr;
};

}  // namespace v1
}  // namespace millrace
