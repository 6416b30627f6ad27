// The extent sources that the engine brings along: mmap for production, the heap for tests.
// Arenas and the block store draw from one; any thread.
#pragma once

#include <cstddef>
#include <millrace/extent_source.hpp>

namespace millrace::sync {

/// Private anonymous mappings, bound to the wanted node where the kernel lets us (a preference:
/// another node's memory is better than none).
[[nodiscard]] extent_source mmap_extent_source() noexcept;

/// aligned_alloc and free, so that the address sanitizer and valgrind see every extent.
[[nodiscard]] extent_source heap_extent_source() noexcept;

/// Gives the pages of [p, p + bytes) back to the operating system; their contents become zero or
/// stay as they are. Both arguments are multiples of 4 KiB. One system call.
void discard_pages(void* p, std::size_t bytes) noexcept;

/// Asks for pages of 2 MiB there, where the system has them: fewer pieces for a device to fetch.
/// Both arguments are multiples of 2 MiB. One system call.
void prefer_large_pages(void* p, std::size_t bytes) noexcept;

/// Puts memory there at once, where the system can do that, instead of a page at the first touch of
/// each. Both arguments are multiples of 4 KiB. One system call. False: it cannot or will not.
bool fill_pages(void* p, std::size_t bytes) noexcept;

}  // namespace millrace::sync
