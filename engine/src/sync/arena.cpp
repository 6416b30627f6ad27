// The descriptor of an extent lives in its first page, of which only 4 KiB are ever touched; the
// other 31 are handed out. A page finds its extent by masking its address.
#include "sync/arena.hpp"

#include <bit>
#include <cstring>
#include <new>

#include "base/assert.hpp"
#include "sync/extent_source.hpp"

namespace millrace::sync {

struct arena::extent {
  static constexpr std::uint32_t all_cold = 0xFFFFFFFE;  // bit 0 is the descriptor itself

  std::uint32_t cold = all_cold;  // bit i: page i is free and holds no memory
  extent* next = nullptr;
  extent* prev = nullptr;

  static extent* of(void* page) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(page);
    return reinterpret_cast<extent*>(address & ~(extent_bytes - 1));
  }
  std::byte* page(unsigned i) noexcept {
    return reinterpret_cast<std::byte*>(this) + i * page_bytes;
  }
  unsigned index_of(void* p) noexcept {
    return static_cast<unsigned>((static_cast<std::byte*>(p) - page(0)) / page_bytes);
  }
};

static_assert(arena::extent_bytes / arena::page_bytes == 32, "one bit a page");

namespace {
constexpr std::size_t os_page = 4096;
constexpr std::size_t round_to_os_page(std::size_t bytes) noexcept {
  return (bytes + os_page - 1) & ~(os_page - 1);
}
}  // namespace

arena::arena(const extent_source& source, memory_budget& budget, int numa_node) noexcept
    : source_(source), budget_(budget), numa_node_(numa_node) {}

arena::~arena() {
  MR_ASSERT(bytes_live_ == 0);
  trim();
}

std::size_t arena::bytes_held() const noexcept { return bytes_live_ + warm_count_ * page_bytes; }

void* arena::take_page(allocation_class use, page_use how) noexcept {
  if (warm_ != nullptr) {
    warm_page* const page = warm_;
    warm_ = page->next;
    --warm_count_;
    bytes_live_ += page_bytes;
    return page;
  }
  if (!budget_.take(page_bytes, use)) return nullptr;
  extent* const e = with_cold_ != nullptr ? with_cold_ : new_extent();
  if (e == nullptr) {
    budget_.give_back(page_bytes);
    return nullptr;
  }
  const auto i = static_cast<unsigned>(std::countr_zero(e->cold));
  e->cold &= e->cold - 1;
  if (e->cold == 0) unlink(e);
  bytes_live_ += page_bytes;
  std::byte* const page = e->page(i);
  if (how == page_use::all) static_cast<void>(fill_pages(page, page_bytes));  // a hint
  return page;
}

void arena::give_page(void* page) noexcept {
  bytes_live_ -= page_bytes;
  auto* const freed = ::new (page) warm_page{warm_};
  if (warm_count_ >= warm_pages_max) {
    make_cold(freed);
    return;
  }
  warm_ = freed;
  ++warm_count_;
}

void* arena::take_large(std::size_t bytes, allocation_class use) noexcept {
  const std::size_t rounded = round_to_os_page(bytes);
  if (rounded < bytes || !budget_.take(rounded, use)) return nullptr;
  void* const p = source_.allocate(source_.context, rounded, os_page, numa_node_);
  if (p == nullptr) {
    budget_.give_back(rounded);
    return nullptr;
  }
  bytes_live_ += rounded;
  return p;
}

void arena::give_large(void* p, std::size_t bytes) noexcept {
  const std::size_t rounded = round_to_os_page(bytes);
  bytes_live_ -= rounded;
  source_.release(source_.context, p, rounded);
  budget_.give_back(rounded);
}

void arena::trim() noexcept {
  while (warm_ != nullptr) {
    warm_page* const page = warm_;
    warm_ = page->next;
    --warm_count_;
    make_cold(page);
  }
}

arena::extent* arena::new_extent() noexcept {
  void* const p = source_.allocate(source_.context, extent_bytes, extent_bytes, numa_node_);
  if (p == nullptr) return nullptr;
  auto* const e = ::new (p) extent{};
  link(e);
  return e;
}

void arena::make_cold(warm_page* page) noexcept {
  extent* const e = extent::of(page);
  const bool listed = e->cold != 0;
  e->cold |= 1U << e->index_of(page);
  if (e->cold == extent::all_cold) {
    if (listed) unlink(e);
    source_.release(source_.context, e, extent_bytes);
  } else {
    discard_pages(page, page_bytes);
    if (!listed) link(e);
  }
  budget_.give_back(page_bytes);
}

void arena::link(extent* e) noexcept {
  e->prev = nullptr;
  e->next = with_cold_;
  if (with_cold_ != nullptr) with_cold_->prev = e;
  with_cold_ = e;
}

void arena::unlink(extent* e) noexcept {
  (e->prev != nullptr ? e->prev->next : with_cold_) = e->next;
  if (e->next != nullptr) e->next->prev = e->prev;
}

}  // namespace millrace::sync
