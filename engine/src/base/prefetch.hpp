// Fetching a line before it is needed. Not the compiler's builtin: g++ 12 takes a function that
// only prefetches for a pure one and drops the call, and without -mprfchw a prefetch for writing
// would be one for reading.
#pragma once

namespace millrace::base {

/// Fetches the line at `p` for reading. Never faults.
inline void prefetch_for_read(const void* p) noexcept {
#if defined(__x86_64__)
  asm volatile("prefetcht0 %0" : : "m"(*static_cast<const char*>(p)));
#elif defined(__aarch64__)
  asm volatile("prfm pldl1keep, [%0]" : : "r"(p));
#else
  __builtin_prefetch(p, 0, 3);
#endif
}

/// Fetches the line at `p` for writing, ahead of the store that will need it. Never faults.
inline void prefetch_for_write(const void* p) noexcept {
#if defined(__x86_64__)
  asm volatile("prefetchw %0" : : "m"(*static_cast<const char*>(p)));
#elif defined(__aarch64__)
  asm volatile("prfm pstl1keep, [%0]" : : "r"(p));
#else
  __builtin_prefetch(p, 1, 3);
#endif
}

}  // namespace millrace::base
