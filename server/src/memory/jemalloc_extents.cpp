#include "memory/jemalloc_extents.hpp"

#if !defined(MILLRACE_NO_JEMALLOC)

#include <jemalloc/jemalloc.h>

#include <cstdint>
#include <cstdio>

// One arena for the malloc of the whole process: a steady server calls it for control operations
// only. No thread of jemalloc's own. Unused pages are kept for a second, and then given back at
// once (without the MADV_FREE stage, in which they still count as resident).
extern "C" {
const char* malloc_conf =  // NOLINT: jemalloc's name for it
    "narenas:1,background_thread:false,dirty_decay_ms:1000,muzzy_decay_ms:0,tcache_max:8192";
}

namespace millrace::memory {
namespace {

constexpr std::size_t nodes_max = 64;

/// The arenas; written once, before the engine opens.
struct arenas {
  struct node_arena {
    int node;
    unsigned arena;
  };
  node_arena of_node[nodes_max];
  std::size_t nodes = 0;
  unsigned any = 0;
  extent_source source;

  [[nodiscard]] unsigned find(int node) const noexcept {
    for (std::size_t i = 0; i < nodes; ++i) {
      if (of_node[i].node == node) return of_node[i].arena;
    }
    return any;
  }
};

bool make_arena(unsigned& out) noexcept {
  std::size_t size = sizeof out;
  return ::mallctl("arenas.create", &out, &size, nullptr, 0) == 0;
}

void decay(unsigned arena) noexcept {
  char name[32];
  std::snprintf(name, sizeof name, "arena.%u.decay", arena);
  ::mallctl(name, nullptr, nullptr, nullptr, 0);
}

void* allocate(void* context, std::size_t bytes, std::size_t alignment, int node) noexcept {
  const auto& all = *static_cast<const arenas*>(context);
  const int flags = MALLOCX_ALIGN(alignment) | static_cast<int>(MALLOCX_ARENA(all.find(node))) |
                    MALLOCX_TCACHE_NONE;
  return ::mallocx(bytes, flags);
}

// By the address alone: the size class of `bytes` depends on the alignment, which we are not told.
void release(void*, void* extent, std::size_t) noexcept { ::dallocx(extent, MALLOCX_TCACHE_NONE); }

void add_node(arenas& all, int node) noexcept {
  if (all.nodes == nodes_max || all.find(node) != all.any) return;
  arenas::node_arena made{node, 0};
  if (make_arena(made.arena)) all.of_node[all.nodes++] = made;
}

arenas* shared(const placement_plan* plan) noexcept {
  static arenas all;
  static bool made = false;
  if (!made && plan != nullptr) {
    if (!make_arena(all.any)) return nullptr;
    if (plan->bind_memory) {
      for (const placement_plan::thread& t : plan->threads) add_node(all, t.numa_node);
    }
    all.source = {allocate, release, &all};
    made = true;
  }
  return made ? &all : nullptr;
}

}  // namespace

extent_source* jemalloc_extents(const placement_plan& plan) noexcept {
  arenas* const all = shared(&plan);
  return all == nullptr ? nullptr : &all->source;
}

void return_unused_extents() noexcept {
  const arenas* const all = shared(nullptr);
  if (all == nullptr) return;
  decay(all->any);
  for (std::size_t i = 0; i < all->nodes; ++i) decay(all->of_node[i].arena);
}

}  // namespace millrace::memory

#else  // a sanitizer brings a malloc of its own

namespace millrace::memory {

extent_source* jemalloc_extents(const placement_plan&) noexcept { return nullptr; }
void return_unused_extents() noexcept {}

}  // namespace millrace::memory

#endif
