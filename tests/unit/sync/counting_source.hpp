// An extent source for tests: the heap behind it, what goes in and out counted, refusable.
#pragma once

#include <cstddef>
#include <millrace/extent_source.hpp>

#include "sync/extent_source.hpp"

namespace millrace::test {

struct counting_source {
  std::size_t allocated = 0;  ///< extents handed out since the start
  std::size_t bytes = 0;      ///< handed out and not released
  bool refuse = false;
  int last_node = -2;

  [[nodiscard]] extent_source source() noexcept { return {allocate, release, this}; }

 private:
  static void* allocate(void* context, std::size_t wanted, std::size_t alignment,
                        int node) noexcept {
    auto& self = *static_cast<counting_source*>(context);
    self.last_node = node;
    if (self.refuse) return nullptr;
    ++self.allocated;
    self.bytes += wanted;
    return sync::heap_extent_source().allocate(nullptr, wanted, alignment, node);
  }
  static void release(void* context, void* extent, std::size_t held) noexcept {
    static_cast<counting_source*>(context)->bytes -= held;
    sync::heap_extent_source().release(nullptr, extent, held);
  }
};

}  // namespace millrace::test
