#include "sync/extent_stock.hpp"

#include <new>

#include "base/prefetch.hpp"
#include "sync/extent_source.hpp"

namespace millrace::sync {

extent_stock::extent_stock(const extent_source& source, memory_budget& budget) noexcept
    : source_(source), budget_(budget) {}

extent_stock::~extent_stock() { shrink(bytes()); }

bool extent_stock::fill(std::uint64_t bytes) noexcept {
  for (std::uint64_t got = 0; got < bytes; got += extent_bytes) {
    if (!budget_.take(extent_bytes, allocation_class::normal)) return false;
    void* const extent =
        source_.allocate(source_.context, extent_bytes, extent_bytes, any_numa_node);
    if (extent == nullptr) {
      budget_.give_back(extent_bytes);
      return false;
    }
    prefer_large_pages(extent, extent_bytes);
    const bool filled = fill_pages(extent, extent_bytes);
    give(extent);
    if (!filled) return false;
  }
  return true;
}

void* extent_stock::draw() noexcept {
  if (bytes() == 0) return nullptr;
  const std::lock_guard<std::mutex> alone(alone_);
  free_extent* const e = first_;
  if (e == nullptr) return nullptr;
  first_ = e->next;
  base::prefetch_for_read(first_);                 // who draws that reads its first word
  count_.fetch_sub(1, std::memory_order_relaxed);  // relaxed: see Orders
  return e;
}

void extent_stock::give(void* extent) noexcept {
  const std::lock_guard<std::mutex> alone(alone_);
  first_ = ::new (extent) free_extent{first_};
  count_.fetch_add(1, std::memory_order_relaxed);  // relaxed: see Orders
}

bool extent_stock::shrink(std::size_t bytes) noexcept {
  std::size_t gone = 0;
  while (gone < bytes) {
    void* const extent = draw();
    if (extent == nullptr) break;
    source_.release(source_.context, extent, extent_bytes);
    budget_.give_back(extent_bytes);
    gone += extent_bytes;
  }
  return gone != 0;
}

}  // namespace millrace::sync
