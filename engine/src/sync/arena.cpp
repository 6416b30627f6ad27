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

  std::uint32_t cold = all_cold;  // bit i: page i is free and, unless stocked, holds no memory
  bool stocked = false;           // from the stock: its memory stays
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
static_assert(arena::extent_bytes == extent_stock::extent_bytes);

namespace {
constexpr std::size_t os_page = 4096;
constexpr std::size_t round_to_os_page(std::size_t bytes) noexcept {
  return (bytes + os_page - 1) & ~(os_page - 1);
}
}  // namespace

arena::arena(const extent_source& source, memory_budget& budget, int numa_node,
             extent_stock* stock) noexcept
    : source_(source),
      budget_(budget),
      numa_node_(numa_node),
      stock_(numa_node == any_numa_node ? stock : nullptr) {}

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
  if (void* const page = take_stocked_page(); page != nullptr) return page;
  if (!budget_.take(page_bytes, use)) return nullptr;
  if (with_cold_ == nullptr && new_extent() == nullptr) {
    budget_.give_back(page_bytes);
    return nullptr;
  }
  bytes_live_ += page_bytes;
  std::byte* const page = take_first_page(with_cold_);
  if (how == page_use::all) static_cast<void>(fill_pages(page, page_bytes));  // a hint
  return page;
}

void* arena::take_stocked_page() noexcept {
  if (with_stock_ == nullptr) {
    void* const drawn = stock_ != nullptr ? stock_->draw() : nullptr;
    if (drawn == nullptr) return nullptr;
    auto* const e = ::new (drawn) extent{};
    e->stocked = true;
    link(with_stock_, e);
  }
  bytes_live_ += page_bytes;
  return take_first_page(with_stock_);
}

void arena::give_page(void* page) noexcept {
  bytes_live_ -= page_bytes;
  if (extent* const e = extent::of(page); e->stocked) {
    give_stocked(e, page);
    return;
  }
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
  if (rounded < bytes || !take_budget(rounded, use)) return nullptr;
  void* const p = source_.allocate(source_.context, rounded, os_page, numa_node_);
  if (p == nullptr) {
    budget_.give_back(rounded);
    return nullptr;
  }
  bytes_live_ += rounded;
  return p;
}

// Pages come from the stock first, so only who wants something else can find it with memory left.
bool arena::take_budget(std::size_t bytes, allocation_class use) noexcept {
  if (budget_.take(bytes, use)) return true;
  return stock_ != nullptr && stock_->shrink(bytes) && budget_.take(bytes, use);
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
  link(with_cold_, e);
  return e;
}

void arena::make_cold(warm_page* page) noexcept {
  extent* const e = extent::of(page);
  const bool listed = e->cold != 0;
  e->cold |= 1U << e->index_of(page);
  if (e->cold == extent::all_cold) {
    if (listed) unlink(with_cold_, e);
    source_.release(source_.context, e, extent_bytes);
  } else {
    discard_pages(page, page_bytes);
    if (!listed) link(with_cold_, e);
  }
  budget_.give_back(page_bytes);
}

void arena::give_stocked(extent* e, void* page) noexcept {
  const bool listed = e->cold != 0;
  e->cold |= 1U << e->index_of(page);
  if (!listed) link(with_stock_, e);
  if (e->cold != extent::all_cold) return;
  unlink(with_stock_, e);
  stock_->give(e);
}

/// Of the first extent of a list of those that have a free page.
std::byte* arena::take_first_page(extent*& list) noexcept {
  extent* const e = list;
  const auto i = static_cast<unsigned>(std::countr_zero(e->cold));
  e->cold &= e->cold - 1;
  if (e->cold == 0) unlink(list, e);
  return e->page(i);
}

void arena::link(extent*& list, extent* e) noexcept {
  e->prev = nullptr;
  e->next = list;
  if (list != nullptr) list->prev = e;
  list = e;
}

void arena::unlink(extent*& list, extent* e) noexcept {
  (e->prev != nullptr ? e->prev->next : list) = e->next;
  if (e->next != nullptr) e->next->prev = e->prev;
}

}  // namespace millrace::sync
