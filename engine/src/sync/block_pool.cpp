#include "sync/block_pool.hpp"

#include <algorithm>
#include <utility>

#include "sync/extent_source.hpp"
#include "sync/page_filler.hpp"

namespace millrace::sync {
namespace {

constexpr std::size_t os_page = 4096;
constexpr std::size_t chunk_alignment = 64 * 1024;
constexpr std::size_t chunk_bytes_min = 2 * 1024 * 1024;
constexpr std::size_t slots_per_chunk_min = 8;

}  // namespace

void block_pool::configure(const extent_source& source, const options& wanted) noexcept {
  source_ = source;
  options_ = wanted;
  const std::size_t slots = std::max(chunk_bytes_min / wanted.slot_bytes, slots_per_chunk_min);
  slots_per_chunk_ = static_cast<std::uint32_t>(slots);
  chunk_bytes_ = slots * wanted.slot_bytes;
  chunks_max_ = wanted.slots_max / slots + 1;
}

block_pool::~block_pool() {
  for (std::size_t i = 0; i < chunk_count_; ++i) {
    source_.release(source_.context, chunks_[i], chunk_bytes_);
  }
  if (chunks_ != nullptr) mmap_extent_source().release(nullptr, chunks_, table_bytes());
}

std::uint32_t block_pool::take_cold() noexcept {
  const std::uint32_t slot = pop(cold_);
  return slot != none ? slot : grow();
}

void block_pool::give_cold(std::uint32_t slot, std::size_t resident) noexcept {
  discard_pages(address_of(slot), resident);
  push(cold_, slot);
}

std::size_t block_pool::table_bytes() const noexcept {
  const std::size_t bytes = chunks_max_ * (sizeof(*chunks_) + slots_per_chunk_ * sizeof(*links_));
  return (bytes + os_page - 1) & ~(os_page - 1);
}

// From the system whatever the extent source is: it must be zeroed, and resident only where
// touched.
bool block_pool::map_table() noexcept {
  void* const table = mmap_extent_source().allocate(nullptr, table_bytes(), os_page, any_numa_node);
  if (table == nullptr) return false;
  chunks_ = static_cast<std::byte**>(table);
  links_ = reinterpret_cast<std::atomic<std::uint32_t>*>(chunks_ + chunks_max_);
  return true;
}

void* block_pool::map_chunk() noexcept {
  return source_.allocate(source_.context, chunk_bytes_, chunk_alignment, options_.numa_node);
}

bool block_pool::may_grow() noexcept {
  return chunk_count_ != chunks_max_ && (chunks_ != nullptr || map_table());
}

/// Returns its first slot.
std::uint32_t block_pool::add_chunk(void* memory) noexcept {
  const auto first = static_cast<std::uint32_t>(chunk_count_ * slots_per_chunk_);
  chunks_[chunk_count_++] = static_cast<std::byte*>(memory);
  return first;
}

void block_pool::fill_ahead(page_filler* filler) noexcept {
  const std::lock_guard<std::mutex> alone(growing_);
  filler_ = filler;
  if (filler != nullptr || next_chunk_ == nullptr) return;
  source_.release(source_.context, std::exchange(next_chunk_, nullptr), chunk_bytes_);
}

std::uint32_t block_pool::take_chunk(void* memory) noexcept {
  const std::lock_guard<std::mutex> alone(growing_);
  return may_grow() ? add_chunk(memory) : none;
}

// Maps a chunk, makes its first slot the caller's and the others cold. None: no memory.
std::uint32_t block_pool::grow() noexcept {
  const std::lock_guard<std::mutex> alone(growing_);
  if (!may_grow()) return none;
  void* const memory = next_chunk_ != nullptr ? std::exchange(next_chunk_, nullptr) : map_chunk();
  if (memory == nullptr) return none;
  if (filler_ != nullptr && (next_chunk_ = map_chunk()) != nullptr) {
    filler_->fill(next_chunk_, chunk_bytes_);
  }
  const std::uint32_t first = add_chunk(memory);
  for (std::uint32_t i = slots_per_chunk_ - 1; i > 0; --i) push(cold_, first + i);
  return first;
}

}  // namespace millrace::sync
