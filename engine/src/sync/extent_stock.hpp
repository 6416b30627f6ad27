// extent_stock: memory that was taken from the system when the engine started (`pool-prefault`), in
// extents of 2 MiB, so that nobody waits for a page later. Blocks of bodies and the lanes' arenas
// draw from it before they ask the system. Any thread.
//
// State       the extents that nobody has drawn, a list through their own first words.
// Invariants  each extent in it counts against the budget; who draws one takes over that, too.
// Writers     any thread; a mutex is taken once an extent, never once a message.
// Lines       one, its own.
// Orders      the mutex's. The count is relaxed beside it: a hint whether to take the mutex.
// Progress    blocking, for a few instructions.
// Checked by  tests/unit/sync/extent_stock_test.cpp
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <millrace/extent_source.hpp>
#include <mutex>

#include "sync/memory_budget.hpp"

namespace millrace::sync {

class alignas(128) extent_stock {
 public:
  static constexpr std::size_t extent_bytes = 2 * 1024 * 1024;

  /// Takes no memory yet. The budget outlives the stock.
  extent_stock(const extent_source& source, memory_budget& budget) noexcept;
  extent_stock(const extent_stock&) = delete;
  extent_stock& operator=(const extent_stock&) = delete;
  /// Gives back what is in it.
  ~extent_stock();

  /// Once, before anything else: `bytes`, rounded up to extent_bytes, of memory that is there, in
  /// pages of 2 MiB where the system has them. False: the budget or the system does not give so
  /// much.
  [[nodiscard]] bool fill(std::uint64_t bytes) noexcept;

  /// An extent, aligned to its size, contents unspecified, or null: there is none left.
  [[nodiscard]] void* draw() noexcept;
  /// Back into the stock, with all of its memory.
  void give(void* extent) noexcept;

  /// Gives extents of at least `bytes`, or all, back to the system and the budget: before memory
  /// counts as full, what is only kept for speed goes. False: there was none.
  bool shrink(std::size_t bytes) noexcept;

  /// What is in it.
  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return count_.load(std::memory_order_relaxed) * extent_bytes;  // relaxed: see Orders
  }

 private:
  struct free_extent {
    free_extent* next;
  };

  const extent_source source_;
  memory_budget& budget_;
  std::mutex alone_;
  free_extent* first_ = nullptr;  // by who holds alone_
  std::atomic<std::size_t> count_{0};
};

}  // namespace millrace::sync
