// block_store: the home of all message bodies of a process, in blocks of 64 KiB that writers fill
// and the last reader gives back; bodies above a quarter of a block get an extent of their own.
// Any thread takes and gives; once a block, never once a message.
//
// State       chunks of 32 blocks that stay mapped until the store dies; two stacks of free blocks:
//             warm ones keep their memory, cold ones have given it back to the system.
// Invariants  a block is in use, warm or cold. In use, warm and extents count against the budget.
//             At most warm_bytes_max is warm: a drained engine gives the rest back.
// Writers     any thread; a mutex is taken only to map a chunk, once in 2 MiB of growth.
// Lines       the two stacks and the counters have lines of their own.
// Orders      index_stack's: a block's index, and with it its chunk, is only ever learned by
// popping
//             it or from its holder. Counters are relaxed: they only count.
// Progress    lock-free, but for growing.
// Checked by  tests/unit/sync/block_store_test.cpp
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <millrace/extent_source.hpp>
#include <mutex>

#include "sync/block.hpp"
#include "sync/index_stack.hpp"
#include "sync/memory_budget.hpp"

namespace millrace::sync {

class block_store {
 public:
  static constexpr std::size_t block_bytes = 64 * 1024;
  static constexpr std::size_t blocks_per_chunk = 32;
  /// The most that a body may have to share a block with others.
  static constexpr std::size_t shared_body_bytes_max = block_bytes / 4;

  struct options {
    std::size_t warm_bytes_max = 16 * 1024 * 1024;
    int numa_node = any_numa_node;
  };

  /// Takes no memory yet but for a table that is touched as it is used. The budget outlives the
  /// store.
  block_store(const extent_source& source, memory_budget& budget, const options& wanted) noexcept;
  block_store(const block_store&) = delete;
  block_store& operator=(const block_store&) = delete;
  /// Every block must have come back.
  ~block_store();

  /// A block of block_bytes with `references` set, or null: memory_full.
  [[nodiscard]] block* take(std::uint64_t references, allocation_class use) noexcept;
  /// A block with room for `body_bytes` after its header, with one reference, or null.
  [[nodiscard]] block* take_dedicated(std::size_t body_bytes, allocation_class use) noexcept;
  /// Takes back a block whose count is zero; release() calls it.
  void give(block* unused) noexcept;

  /// Gives all warm blocks but `keep_bytes` back to the system; any thread, when there is time.
  void trim(std::size_t keep_bytes = 0) noexcept;

  /// Bytes of blocks and extents that somebody holds.
  [[nodiscard]] std::uint64_t bytes_in_use() const noexcept;
  /// Bytes of free blocks that still have their memory.
  [[nodiscard]] std::uint64_t bytes_warm() const noexcept;

 private:
  using stack = basic_index_stack<>;
  struct chunk {
    std::byte* memory;
    std::atomic<std::uint32_t> links[blocks_per_chunk];
  };
  static constexpr std::size_t chunk_bytes = block_bytes * blocks_per_chunk;

  [[nodiscard]] chunk& chunk_of(std::uint32_t index) noexcept {
    return table_[index / blocks_per_chunk];
  }
  [[nodiscard]] std::atomic<std::uint32_t>& link_of(std::uint32_t index) noexcept {
    return chunk_of(index).links[index % blocks_per_chunk];
  }
  [[nodiscard]] block* address_of(std::uint32_t index) noexcept;
  [[nodiscard]] std::uint32_t grow() noexcept;
  [[nodiscard]] std::uint32_t pop(stack& from) noexcept;
  void push(stack& to, std::uint32_t index) noexcept;
  void make_cold(std::uint32_t index) noexcept;

  const extent_source source_;
  memory_budget& budget_;
  const options options_;
  const std::size_t chunks_max_;
  chunk* const table_;  // chunks_max_ of them, zero until grow() fills one in

  stack warm_;
  stack cold_;
  alignas(128) std::atomic<std::uint64_t> warm_count_{0};
  std::atomic<std::uint64_t> blocks_in_use_{0};
  std::atomic<std::uint64_t> extent_bytes_{0};

  alignas(128) std::mutex growing_;
  std::size_t chunk_count_ = 0;  // by who holds growing_
};

}  // namespace millrace::sync
