// block_store: the home of all message bodies of a process, in blocks of 64 KiB that writers fill
// and the last reader gives back; a body above a quarter of a block gets a block of its own, in one
// of 25 sizes up to 1.25 MiB, or beyond that an extent. Any thread takes and gives; once a block,
// never once a message that shares one.
//
// State       a pool of slots for each size; what is in use and what is warm, in bytes.
// Invariants  in use and warm count against the budget, to the 4 KiB that a body needs and not to
//             the size of its slot: what lies beyond is not touched. At most warm_bytes_max, or
//             what was drawn from the stock, stays warm: a drained engine gives the rest back.
// Writers     any thread.
// Lines       each pool and the counters have lines of their own.
// Orders      the pools'. Counters are relaxed: they only count.
// Progress    lock-free, but for growing and for extents.
// Checked by  tests/unit/sync/block_store_test.cpp
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <millrace/extent_source.hpp>

#include "sync/block.hpp"
#include "sync/block_pool.hpp"
#include "sync/extent_stock.hpp"
#include "sync/memory_budget.hpp"

namespace millrace::sync {

class block_store {
 public:
  static constexpr std::size_t block_bytes = 64 * 1024;
  /// The most that a body may have to share a block with others.
  static constexpr std::size_t shared_body_bytes_max = block_bytes / 4;

  struct options {
    /// Or as much as was drawn from the stock, if that is more.
    std::size_t warm_bytes_max = 16 * 1024 * 1024;
    int numa_node = any_numa_node;
    /// Blocks that bodies share are made of its extents, while it has any; it outlives the store.
    extent_stock* stock = nullptr;
  };

  /// Takes no memory yet. The budget outlives the store.
  block_store(const extent_source& source, memory_budget& budget, const options& wanted) noexcept;
  block_store(const block_store&) = delete;
  block_store& operator=(const block_store&) = delete;
  /// Every block must have come back.
  ~block_store();

  /// Whether a block that has no memory yet gets it page by page where it is written, or all at
  /// once: cheaper for who is about to fill it.
  enum class fresh : std::uint8_t { by_page, filled };

  /// A block of block_bytes with `references` set, aligned to block_bytes, or null: memory_full.
  [[nodiscard]] block* take(std::uint64_t references, allocation_class use,
                            fresh how = fresh::by_page) noexcept;
  /// A block with room for `body_bytes` (above shared_body_bytes_max) after its header, with one
  /// reference, or null.
  [[nodiscard]] block* take_dedicated(std::size_t body_bytes, allocation_class use) noexcept;
  /// Where the block lies that the `nth` take() from now on will likely give, or null: only to
  /// prefetch from, it is nobody's or somebody else's.
  [[nodiscard]] const std::byte* peek(std::size_t nth) noexcept;
  /// Takes back a block whose count is zero; release() calls it.
  void give(block* unused) noexcept;

  /// As block_pool::fill_ahead(), for blocks that bodies share.
  void fill_ahead(page_filler* filler) noexcept { pools_[shared_pool].fill_ahead(filler); }

  /// Gives all warm blocks but `keep_bytes` back to the system; any thread, when there is time.
  void trim(std::size_t keep_bytes = 0) noexcept;

  /// Bytes of blocks that somebody holds.
  [[nodiscard]] std::uint64_t bytes_in_use() const noexcept;
  /// Bytes of free blocks that still have their memory.
  [[nodiscard]] std::uint64_t bytes_warm() const noexcept;

 private:
  static constexpr std::size_t large_sizes = 25;
  static constexpr std::uint32_t shared_pool = large_sizes;  // after those of the large sizes
  static constexpr std::uint32_t own_extent = shared_pool + 1;

  [[nodiscard]] block* take_slot(std::uint32_t pool, std::size_t bytes, std::uint64_t references,
                                 allocation_class use, fresh how) noexcept;
  [[nodiscard]] block* take_extent(std::size_t bytes, allocation_class use) noexcept;
  [[nodiscard]] std::uint32_t draw_slot() noexcept;
  [[nodiscard]] std::size_t keep_bytes() const noexcept;
  void make_cold(std::size_t first, std::size_t keep_bytes) noexcept;
  [[nodiscard]] bool take_budget(std::size_t bytes, allocation_class use) noexcept;

  const extent_source source_;
  memory_budget& budget_;
  const options options_;
  std::array<block_pool, large_sizes + 1> pools_;

  alignas(128) std::atomic<std::uint64_t> bytes_in_use_{0};
  std::atomic<std::uint64_t> bytes_warm_{0};
  std::atomic<std::uint64_t> bytes_drawn_{0};  // from the stock, ever
};

}  // namespace millrace::sync
