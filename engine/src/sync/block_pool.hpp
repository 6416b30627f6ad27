// block_pool: slots of one size for block_store, in chunks that stay mapped until the pool dies. A
// free slot is warm (its memory is kept) or cold (given back to the system). Any thread takes and
// gives; the budget and how much may be warm are the store's business.
//
// State       two stacks of free slots; the chunks' addresses and the stacks' links in one table,
//             which is mapped with the first chunk and resident only where touched.
// Invariants  a slot is somebody's, or in exactly one stack. Nothing is unmapped while the pool
//             lives: freeing in random order leaves no holes for the system to keep track of.
// Writers     any thread; a mutex is taken only to map a chunk.
// Lines       the stacks have lines of their own; the rest is constant but for growth.
// Orders      index_stack's: an index, and with it its chunk, is only ever learned by popping it or
//             from its holder.
// Progress    lock-free, but for growing.
// Checked by  tests/unit/sync/block_store_test.cpp
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <millrace/extent_source.hpp>
#include <mutex>

#include "sync/index_stack.hpp"

namespace millrace::sync {

class page_filler;

class block_pool {
 public:
  static constexpr std::uint32_t none = basic_index_stack<>::none;

  struct options {
    std::size_t slot_bytes = 0;  ///< a multiple of 4 KiB
    std::size_t slots_max = 0;
    int numa_node = any_numa_node;
  };

  block_pool() noexcept = default;
  block_pool(const block_pool&) = delete;
  block_pool& operator=(const block_pool&) = delete;
  /// Gives all chunks back; every slot must be free.
  ~block_pool();

  /// Once, before anything else. Takes no memory yet.
  void configure(const extent_source& source, const options& wanted) noexcept;

  /// A warm slot, its contents as they were given back; or none.
  [[nodiscard]] std::uint32_t take_warm() noexcept { return pop(warm_); }
  /// The warm slot that the `nth` take will likely get, or none: to fetch its lines.
  [[nodiscard]] std::uint32_t peek_warm(std::size_t nth) const noexcept {
    return warm_.peek(
        nth, [this](std::uint32_t i) -> auto& { return links_[i]; });
  }
  void give_warm(std::uint32_t slot) noexcept { push(warm_, slot); }

  /// A slot without memory, contents unspecified; maps a chunk if there is none. None: no memory.
  [[nodiscard]] std::uint32_t take_cold() noexcept;
  /// Makes `memory` of the source, of chunk_bytes(), a chunk: the pool gives it back at its end.
  /// Returns its first slot, of slots_per_chunk(), all the caller's; none: it was not taken.
  [[nodiscard]] std::uint32_t take_chunk(void* memory) noexcept;
  [[nodiscard]] std::size_t chunk_bytes() const noexcept { return chunk_bytes_; }
  [[nodiscard]] std::uint32_t slots_per_chunk() const noexcept { return slots_per_chunk_; }
  /// From now on `filler` is given each chunk before it is needed: for who fills many, on one
  /// thread. Null, once the filler is gone: no more.
  void fill_ahead(page_filler* filler) noexcept;
  /// Gives the first `resident` bytes of the slot's memory back to the system.
  void give_cold(std::uint32_t slot, std::size_t resident) noexcept;

  /// Aligned to 4 KiB, and to slot_bytes if that is a power of two up to 64 KiB.
  [[nodiscard]] std::byte* address_of(std::uint32_t slot) noexcept {
    return chunks_[slot / slots_per_chunk_] + slot % slots_per_chunk_ * options_.slot_bytes;
  }

 private:
  using stack = basic_index_stack<>;

  [[nodiscard]] std::uint32_t grow() noexcept;
  [[nodiscard]] void* map_chunk() noexcept;
  [[nodiscard]] bool may_grow() noexcept;
  [[nodiscard]] std::uint32_t add_chunk(void* memory) noexcept;
  [[nodiscard]] bool map_table() noexcept;
  [[nodiscard]] std::size_t table_bytes() const noexcept;
  [[nodiscard]] std::uint32_t pop(stack& from) noexcept {
    return from.pop([this](std::uint32_t i) -> auto& { return links_[i]; });
  }
  void push(stack& to, std::uint32_t slot) noexcept {
    to.push(
        slot, [this](std::uint32_t i) -> auto& { return links_[i]; });
  }

  stack warm_;
  stack cold_;

  alignas(128) extent_source source_{};
  options options_{};
  std::uint32_t slots_per_chunk_ = 1;
  std::size_t chunk_bytes_ = 0;
  std::size_t chunks_max_ = 0;
  std::byte** chunks_ = nullptr;  // these two make up the table
  std::atomic<std::uint32_t>* links_ = nullptr;

  std::mutex growing_;
  // By who holds growing_:
  std::size_t chunk_count_ = 0;
  page_filler* filler_ = nullptr;
  void* next_chunk_ = nullptr;  // that it fills
};

}  // namespace millrace::sync
