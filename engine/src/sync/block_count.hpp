// block_count: how many messages of a block are still needed, plus a bias while the block's writer
// keeps it open. The bias makes storing a message free: the writer counts in a variable of its own
// and settles the difference when it seals.
//
// State       count_ = references to stored messages, and open_bias while the block is open.
// Invariants  while open, count_ = open_bias + retained - released, whatever the writer has stored;
//             after seal(stored), count_ = stored + retained - released. It reaches zero once, and
//             whoever brings it there is told.
// Writers     open, seal, reuse: the writer. retain, release: any thread that holds a reference.
// Lines       the block's header line; the writer leaves it alone while it fills the block.
// Orders      R1-A1, R1-A2 below.
// Progress    wait-free.
// Checked by  tests/unit/sync/block_store_test.cpp (also under the thread sanitizer),
//             tests/model/doorbell/block_count_model.cpp
#pragma once

#include <cstdint>

#include "sync/sync_policy.hpp"

namespace millrace::sync {

/// The labelled operations, for the model's mutants.
namespace block_count_site {
enum order : int { r1, a1, a2 };
}  // namespace block_count_site

template <class Sync = std_sync>
class basic_block_count {
 public:
  /// More than all messages that a block can hold and all references to them.
  static constexpr std::uint64_t open_bias = std::uint64_t{1} << 48;

  /// Open (open_bias), or with as many references as are handed out at once.
  explicit basic_block_count(std::uint64_t references) noexcept : count_(references) {}
  basic_block_count(const basic_block_count&) = delete;
  basic_block_count& operator=(const basic_block_count&) = delete;

  /// `n` more references; the caller holds one.
  void retain(std::uint64_t n) noexcept {
    // relaxed: the caller's own reference keeps the block; nothing is published by counting up.
    count_.fetch_add(n, std::memory_order_relaxed);
  }

  /// Gives up `n` references of the caller's. True: nobody needs the block any more.
  [[nodiscard]] bool release(std::uint64_t n) noexcept {
    // [R1] pairs with [A1] and [A2]: our reads of the bodies are over before somebody writes there.
    // [A1] pairs with [R1]: the one who reaches zero recycles after all others have finished.
    return count_.fetch_sub(n, Sync::template both<site::r1, site::a1>) == n;
  }

  /// Writer: no more than the `stored` messages will ever be in this block. True as in release().
  [[nodiscard]] bool seal(std::uint64_t stored) noexcept { return release(open_bias - stored); }

  /// Writer, while open: if all `stored` messages have been released already, counts as if none had
  /// ever been stored, and the writer may start again at the block's beginning.
  [[nodiscard]] bool reuse(std::uint64_t stored) noexcept {
    // [A2] pairs with [R1]: the readers of the old bodies have finished.
    if (count_.load(Sync::template acquire<site::a2>) != open_bias - stored) return false;
    count_.store(open_bias, std::memory_order_relaxed);  // relaxed: nobody else refers to it
    return true;
  }

 private:
  using site = block_count_site::order;

  typename Sync::template atomic<std::uint64_t> count_;
};

using block_count = basic_block_count<>;

}  // namespace millrace::sync
