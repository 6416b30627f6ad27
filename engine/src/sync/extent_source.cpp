#include "sync/extent_source.hpp"

#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cstdint>
#include <cstdlib>

#include "base/assert.hpp"

namespace millrace::sync {
namespace {

constexpr std::size_t os_page = 4096;

// Best effort by design: without permission, or for a node that is gone, the memory stays where
// the first touch puts it.
void prefer_node(void* p, std::size_t bytes, int node) noexcept {
  constexpr int nodes_max = 1024;
  constexpr int bits = 8 * sizeof(unsigned long);
  if (node < 0 || node >= nodes_max) return;
  unsigned long mask[nodes_max / bits] = {};
  mask[node / bits] = 1UL << (node % bits);
  ::syscall(SYS_mbind, p, bytes, MPOL_PREFERRED, mask, nodes_max + 1, 0);
}

void* map_extent(void*, std::size_t bytes, std::size_t alignment, int node) noexcept {
  const std::size_t slack = alignment > os_page ? alignment - os_page : 0;
  void* const raw = ::mmap(nullptr, bytes + slack, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (raw == MAP_FAILED) return nullptr;
  auto* const begin = static_cast<std::byte*>(raw);
  const auto address = reinterpret_cast<std::uintptr_t>(raw);
  const std::size_t head = (alignment - address % alignment) % alignment;
  if (head != 0) ::munmap(begin, head);
  if (slack != head) ::munmap(begin + head + bytes, slack - head);
  prefer_node(begin + head, bytes, node);
  return begin + head;
}

void unmap_extent(void*, void* extent, std::size_t bytes) noexcept { ::munmap(extent, bytes); }

void* heap_extent(void*, std::size_t bytes, std::size_t alignment, int) noexcept {
  return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
}

void free_extent(void*, void* extent, std::size_t) noexcept { std::free(extent); }

}  // namespace

extent_source mmap_extent_source() noexcept { return {map_extent, unmap_extent, nullptr}; }

extent_source heap_extent_source() noexcept { return {heap_extent, free_extent, nullptr}; }

void discard_pages(void* p, std::size_t bytes) noexcept { ::madvise(p, bytes, MADV_DONTNEED); }

void prefer_large_pages(void* p, std::size_t bytes) noexcept { ::madvise(p, bytes, MADV_HUGEPAGE); }

bool fill_pages(void* p, std::size_t bytes) noexcept {
#if defined(MADV_POPULATE_WRITE)
  return ::madvise(p, bytes, MADV_POPULATE_WRITE) == 0;
#else
  static_cast<void>(p);
  static_cast<void>(bytes);
  return false;
#endif
}

}  // namespace millrace::sync
