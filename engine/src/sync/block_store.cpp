#include "sync/block_store.hpp"

#include <algorithm>
#include <new>

#include "base/assert.hpp"
#include "sync/extent_source.hpp"

namespace millrace::sync {
namespace {

constexpr std::size_t os_page = 4096;
constexpr std::size_t round_to_os_page(std::size_t bytes) noexcept {
  return (bytes + os_page - 1) & ~(os_page - 1);
}

// As many as the budget can fill, and some for racing growers; at most 2 TiB of bodies.
std::size_t chunks_for(std::uint64_t bytes_max, std::size_t chunk_bytes) noexcept {
  constexpr std::uint64_t racing = 64;
  constexpr std::uint64_t most = std::uint64_t{1} << 20;
  return static_cast<std::size_t>(std::min(bytes_max / chunk_bytes + racing, most));
}

// Zeroed, and resident only where touched: from the system whatever the extent source is.
void* map_table(std::size_t bytes) noexcept {
  return mmap_extent_source().allocate(nullptr, round_to_os_page(bytes), os_page, any_numa_node);
}

}  // namespace

void recycle(block* unused) noexcept { unused->store->give(unused); }

block_store::block_store(const extent_source& source, memory_budget& budget,
                         const options& wanted) noexcept
    : source_(source),
      budget_(budget),
      options_(wanted),
      chunks_max_(chunks_for(budget.bytes_max(), chunk_bytes)),
      table_(static_cast<chunk*>(map_table(chunks_max_ * sizeof(chunk)))) {}

block_store::~block_store() {
  MR_ASSERT(bytes_in_use() == 0);
  budget_.give_back(bytes_warm());
  for (std::size_t i = 0; i < chunk_count_; ++i) {
    source_.release(source_.context, table_[i].memory, chunk_bytes);
  }
  if (table_ == nullptr) return;
  const std::size_t bytes = round_to_os_page(chunks_max_ * sizeof(chunk));
  mmap_extent_source().release(nullptr, table_, bytes);
}

block* block_store::take(std::uint64_t references, allocation_class use) noexcept {
  std::uint32_t index = pop(warm_);
  if (index != stack::none) {
    warm_count_.fetch_sub(1, std::memory_order_relaxed);  // relaxed: counters only count
  } else {
    if (!budget_.take(block_bytes, use)) return nullptr;
    index = pop(cold_);
    if (index == stack::none) index = grow();
    if (index == stack::none) {
      budget_.give_back(block_bytes);
      return nullptr;
    }
  }
  blocks_in_use_.fetch_add(1, std::memory_order_relaxed);  // relaxed: counters only count
  return ::new (address_of(index)) block{block_count(references), this, block_bytes, index};
}

block* block_store::take_dedicated(std::size_t body_bytes, allocation_class use) noexcept {
  const std::size_t bytes = round_to_os_page(body_bytes + sizeof(block));
  if (bytes < body_bytes || !budget_.take(bytes, use)) return nullptr;
  void* const memory = source_.allocate(source_.context, bytes, os_page, options_.numa_node);
  if (memory == nullptr) {
    budget_.give_back(bytes);
    return nullptr;
  }
  extent_bytes_.fetch_add(bytes, std::memory_order_relaxed);  // relaxed: counters only count
  return ::new (memory) block{block_count(1), this, bytes, stack::none};
}

void block_store::give(block* unused) noexcept {
  const std::uint32_t index = unused->index;
  if (index == stack::none) {
    const std::uint64_t bytes = unused->bytes;
    source_.release(source_.context, unused, bytes);
    budget_.give_back(bytes);
    extent_bytes_.fetch_sub(bytes, std::memory_order_relaxed);  // relaxed: counters only count
    return;
  }
  blocks_in_use_.fetch_sub(1, std::memory_order_relaxed);  // relaxed: counters only count
  if (warm_count_.fetch_add(1, std::memory_order_relaxed) * block_bytes >=
      options_.warm_bytes_max) {
    warm_count_.fetch_sub(1, std::memory_order_relaxed);
    make_cold(index);
    return;
  }
  warm_.push(
      index, [this](std::uint32_t i) -> auto& { return chunk_of(i).links[i % blocks_per_chunk]; });
}

void block_store::trim(std::size_t keep_bytes) noexcept {
  while (bytes_warm() > keep_bytes) {
    const std::uint32_t index = pop(warm_);
    if (index == stack::none) return;
    warm_count_.fetch_sub(1, std::memory_order_relaxed);  // relaxed: counters only count
    make_cold(index);
  }
}

std::uint64_t block_store::bytes_in_use() const noexcept {
  // relaxed, both: counters only count
  return blocks_in_use_.load(std::memory_order_relaxed) * block_bytes +
         extent_bytes_.load(std::memory_order_relaxed);
}

std::uint64_t block_store::bytes_warm() const noexcept {
  return warm_count_.load(std::memory_order_relaxed) * block_bytes;  // relaxed: as above
}

block* block_store::address_of(std::uint32_t index) noexcept {
  return reinterpret_cast<block*>(chunk_of(index).memory + index % blocks_per_chunk * block_bytes);
}

std::uint32_t block_store::pop(stack& from) noexcept {
  return from.pop([this](std::uint32_t i) -> auto& { return link_of(i); });
}

void block_store::push(stack& to, std::uint32_t index) noexcept {
  to.push(
      index, [this](std::uint32_t i) -> auto& { return link_of(i); });
}

// Maps a chunk, makes its first block the caller's and the others cold. None: no memory.
std::uint32_t block_store::grow() noexcept {
  const std::lock_guard<std::mutex> alone(growing_);
  if (table_ == nullptr || chunk_count_ == chunks_max_) return stack::none;
  void* const memory =
      source_.allocate(source_.context, chunk_bytes, block_bytes, options_.numa_node);
  if (memory == nullptr) return stack::none;
  const auto first = static_cast<std::uint32_t>(chunk_count_ * blocks_per_chunk);
  chunk* const added = ::new (&table_[chunk_count_++]) chunk{};
  added->memory = static_cast<std::byte*>(memory);
  for (std::uint32_t i = blocks_per_chunk - 1; i > 0; --i) push(cold_, first + i);
  return first;
}

void block_store::make_cold(std::uint32_t index) noexcept {
  discard_pages(address_of(index), block_bytes);
  budget_.give_back(block_bytes);
  push(cold_, index);
}

}  // namespace millrace::sync
