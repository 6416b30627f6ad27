// jemalloc behind the engine: extents come out of jemalloc arenas of their own, so that memory
// which lanes give back and take again is neither unmapped nor faulted in anew. Who links this
// library has jemalloc as its malloc as well, set for a small process (see the source). For our
// executables; whoever embeds the engine keeps its own malloc.
//
//     const auto extents = memory::jemalloc_extents(*plan);
//     options.extents = extents;
#pragma once

#include <millrace/extent_source.hpp>
#include <millrace/placement.hpp>

namespace millrace::memory {

/// An extent source that lives as long as the process, with an arena for each NUMA node of the
/// plan if that binds memory, so that what one node's threads give back serves that node again;
/// where pages lie is decided by who touches them first (see bind_this_thread()).
/// Called before the engine opens, on one thread; every call returns the same source. Null, which
/// options::extents takes as "mmap": built with a sanitizer, or jemalloc refuses.
extent_source* jemalloc_extents(const placement_plan& plan = {}) noexcept;

/// Gives back to the system what has been unused for a second or more. jemalloc does that by itself
/// while extents come and go; call this about once a second, or when going idle, for the rest. Any
/// thread; a system call for each piece given back, none if there is nothing.
void return_unused_extents() noexcept;

}  // namespace millrace::memory
