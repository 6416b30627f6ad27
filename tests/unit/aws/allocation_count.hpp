// Counts heap allocations of this program, to prove that a path makes none.
#pragma once

#include <cstddef>

namespace millrace::aws::test {

/// Calls of malloc, calloc, realloc and operator new so far; always 0 where a sanitizer owns the
/// heap, and then counts_allocations is false.
std::size_t allocations() noexcept;
extern const bool counts_allocations;

}  // namespace millrace::aws::test
