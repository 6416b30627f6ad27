#include "sync/block_store.hpp"

#include <algorithm>
#include <bit>
#include <new>

#include "base/assert.hpp"
#include "base/prefetch.hpp"
#include "sync/extent_source.hpp"

namespace millrace::sync {
namespace {

constexpr std::size_t os_page = 4096;
constexpr std::size_t round_to_os_page(std::size_t bytes) noexcept {
  return (bytes + os_page - 1) & ~(os_page - 1);
}

// Sizes of large blocks, in pages: four to each doubling, from 5 (20 KiB) to 320 (1.25 MiB).
constexpr std::size_t doubling_first = 2;

constexpr std::size_t large_size_pages(std::uint32_t number) noexcept {
  const std::size_t doubling = doubling_first + number / 4;
  return (std::size_t{1} << doubling) + ((number % 4 + 1) << (doubling - 2));
}

// The number of the smallest size that holds `pages`, at least 5.
constexpr std::uint32_t large_size_of(std::size_t pages) noexcept {
  const auto doubling = static_cast<std::size_t>(std::bit_width(pages - 1)) - 1;
  const std::size_t beyond = pages - 1 - (std::size_t{1} << doubling);
  return static_cast<std::uint32_t>((doubling - doubling_first) * 4 + (beyond >> (doubling - 2)));
}

static_assert(large_size_pages(0) == 5 && large_size_pages(24) == 320);
static_assert(large_size_of(5) == 0 && large_size_of(8) == 3 && large_size_of(9) == 4);
static_assert(large_size_of(10) == 4 && large_size_of(257) == 24 && large_size_of(320) == 24);

// As many as the budget can fill when each body just misses the next smaller size, and some for
// threads that race; at most 2 TiB.
std::size_t slots_for(std::uint64_t bytes_max, std::size_t slot_bytes) noexcept {
  constexpr std::uint64_t most = std::uint64_t{2} << 40;
  constexpr std::size_t racing = 1024;
  return static_cast<std::size_t>(std::min(bytes_max, most) / (slot_bytes / 4 * 3)) + racing;
}

}  // namespace

void recycle(block* unused) noexcept { unused->store->give(unused); }

block_store::block_store(const extent_source& source, memory_budget& budget,
                         const options& wanted) noexcept
    : source_(source), budget_(budget), options_(wanted) {
  for (std::uint32_t i = 0; i < pools_.size(); ++i) {
    const std::size_t bytes = i == shared_pool ? block_bytes : large_size_pages(i) * os_page;
    pools_[i].configure(source_, {.slot_bytes = bytes,
                                  .slots_max = slots_for(budget.bytes_max(), bytes),
                                  .numa_node = wanted.numa_node});
  }
  MR_ASSERT(pools_[shared_pool].chunk_bytes() == extent_stock::extent_bytes);
}

block_store::~block_store() {
  MR_ASSERT(bytes_in_use() == 0);
  budget_.give_back(bytes_warm());
}

/// Makes an extent of the stock warm blocks but for one, which it returns; none: the stock is
/// empty.
std::uint32_t block_store::draw_slot() noexcept {
  void* const extent = options_.stock != nullptr ? options_.stock->draw() : nullptr;
  if (extent == nullptr) return block_pool::none;
  block_pool& slots = pools_[shared_pool];
  const std::uint32_t first = slots.take_chunk(extent);
  if (first == block_pool::none) {
    options_.stock->give(extent);
    return first;
  }
  bytes_drawn_.fetch_add(slots.chunk_bytes(), std::memory_order_relaxed);  // relaxed: they count
  bytes_warm_.fetch_add(slots.chunk_bytes(), std::memory_order_relaxed);
  const std::uint32_t end = first + slots.slots_per_chunk();
  // Their heads are in no cache: all are waited for together.
  for (std::uint32_t slot = first; slot != end; ++slot) {
    base::prefetch_for_write(slots.address_of(slot));
  }
  for (std::uint32_t slot = end; slot-- != first;) {
    ::new (slots.address_of(slot)) block{block_count(0), this, block_bytes, slot, shared_pool};
    if (slot != first) slots.give_warm(slot);
  }
  return first;
}

std::size_t block_store::keep_bytes() const noexcept {
  // relaxed: it only counts
  const std::uint64_t drawn = bytes_drawn_.load(std::memory_order_relaxed);
  return std::max<std::size_t>(options_.warm_bytes_max, drawn);
}

block* block_store::take(std::uint64_t references, allocation_class use, fresh how) noexcept {
  return take_slot(shared_pool, block_bytes, references, use, how);
}

const std::byte* block_store::peek(std::size_t nth) noexcept {
  const std::uint32_t slot = pools_[shared_pool].peek_warm(nth);
  return slot == block_pool::none ? nullptr : pools_[shared_pool].address_of(slot);
}

block* block_store::take_dedicated(std::size_t body_bytes, allocation_class use) noexcept {
  const std::size_t bytes = round_to_os_page(body_bytes + sizeof(block));
  if (bytes < body_bytes) return nullptr;
  if (bytes > large_size_pages(large_sizes - 1) * os_page) return take_extent(bytes, use);
  return take_slot(large_size_of(bytes / os_page), bytes, 1, use, fresh::by_page);
}

block* block_store::take_slot(std::uint32_t pool, std::size_t bytes, std::uint64_t references,
                              allocation_class use, fresh how) noexcept {
  block_pool& slots = pools_[pool];
  std::size_t resident = bytes;
  std::uint32_t slot = slots.take_warm();
  if (slot == block_pool::none && pool == shared_pool) slot = draw_slot();
  if (slot != block_pool::none) {
    // Its last holder may have used, and paid for, less than we need, or more.
    const std::size_t paid = reinterpret_cast<block*>(slots.address_of(slot))->bytes;
    if (paid < bytes && !take_budget(bytes - paid, use)) {
      slots.give_warm(slot);
      return nullptr;
    }
    bytes_warm_.fetch_sub(paid, std::memory_order_relaxed);  // relaxed: counters only count
    resident = std::max(paid, bytes);
  } else {
    if (!take_budget(bytes, use)) return nullptr;
    slot = slots.take_cold();
    if (slot == block_pool::none) {
      budget_.give_back(bytes);
      return nullptr;
    }
    // Where that is refused pages come one by one.
    if (how == fresh::filled) static_cast<void>(fill_pages(slots.address_of(slot), bytes));
  }
  bytes_in_use_.fetch_add(resident, std::memory_order_relaxed);  // relaxed: counters only count
  return ::new (slots.address_of(slot)) block{block_count(references), this, resident, slot, pool};
}

block* block_store::take_extent(std::size_t bytes, allocation_class use) noexcept {
  if (!take_budget(bytes, use)) return nullptr;
  void* const memory = source_.allocate(source_.context, bytes, os_page, options_.numa_node);
  if (memory == nullptr) {
    budget_.give_back(bytes);
    return nullptr;
  }
  bytes_in_use_.fetch_add(bytes, std::memory_order_relaxed);  // relaxed: counters only count
  return ::new (memory) block{block_count(1), this, bytes, block_pool::none, own_extent};
}

// Before memory counts as full, what is only kept for speed goes.
bool block_store::take_budget(std::size_t bytes, allocation_class use) noexcept {
  if (budget_.take(bytes, use)) return true;
  if (options_.stock != nullptr && options_.stock->shrink(bytes) && budget_.take(bytes, use)) {
    return true;
  }
  if (bytes_warm() == 0) return false;
  trim();
  return budget_.take(bytes, use);
}

void block_store::give(block* unused) noexcept {
  const std::uint64_t bytes = unused->bytes;
  bytes_in_use_.fetch_sub(bytes, std::memory_order_relaxed);  // relaxed: counters only count
  if (unused->pool == own_extent) {
    source_.release(source_.context, unused, bytes);
    budget_.give_back(bytes);
    return;
  }
  const std::uint32_t pool = unused->pool;
  bytes_warm_.fetch_add(bytes, std::memory_order_relaxed);  // relaxed: counters only count
  pools_[pool].give_warm(unused->slot);
  // Other sizes go first: what was just given back is the likeliest to be wanted again.
  make_cold(pool + 1, keep_bytes());
}

void block_store::trim(std::size_t keep_bytes) noexcept { make_cold(0, keep_bytes); }

// Pool after pool, beginning with `first`, until no more than `keep_bytes` are warm.
void block_store::make_cold(std::size_t first, std::size_t keep_bytes) noexcept {
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    block_pool& slots = pools_[(first + i) % pools_.size()];
    while (true) {
      if (bytes_warm() <= keep_bytes) return;
      const std::uint32_t slot = slots.take_warm();
      if (slot == block_pool::none) break;
      const std::size_t bytes = reinterpret_cast<block*>(slots.address_of(slot))->bytes;
      bytes_warm_.fetch_sub(bytes, std::memory_order_relaxed);  // relaxed: counters only count
      slots.give_cold(slot, bytes);
      budget_.give_back(bytes);
    }
  }
}

std::uint64_t block_store::bytes_in_use() const noexcept {
  return bytes_in_use_.load(std::memory_order_relaxed);  // relaxed: counters only count
}

std::uint64_t block_store::bytes_warm() const noexcept {
  return bytes_warm_.load(std::memory_order_relaxed);  // relaxed: counters only count
}

}  // namespace millrace::sync
