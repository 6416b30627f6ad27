// Counts calls of the global operator new in this test program, to prove that a steady state makes
// none. Defined in heap_counter.cpp; any thread.
#pragma once

#include <cstdint>

namespace millrace::test {

/// Calls of operator new (all forms) since the program started.
std::uint64_t heap_allocations() noexcept;

}  // namespace millrace::test
