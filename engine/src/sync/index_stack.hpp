// index_stack: a lock-free stack of 32-bit indices, the free lists of block_store. The links live
// outside of what is stacked, one atomic an index, so that the memory of a free block can be given
// back to the system. Any thread pushes and pops.
//
// State       head_ = tag in the upper, index in the lower 32 bits; link(i) = the index below i.
// Invariants  an index is pushed by the one who owns it and popped by exactly one. The tag grows
//             with every pop, so a head that left and came back is not mistaken for the same one
//             (it would take 2^32 pops while one popper sleeps between its load and its swap).
// Writers     any thread.
// Lines       head_ has one of its own.
// Orders      R1-A1, R1-A2 below. All changes of head_ are read-modify-writes, so an acquire of any
//             later value still synchronizes with every push below it.
// Progress    lock-free.
// Checked by  tests/unit/sync/index_stack_test.cpp, tests/model/doorbell/index_stack_model.cpp
#pragma once

#include <cstdint>

#include "sync/sync_policy.hpp"

namespace millrace::sync {

/// The labelled operations, for the model's mutants.
namespace index_stack_site {
enum order : int { r1, a1, a2 };
enum step : int { count_pops };
}  // namespace index_stack_site

template <class Sync = std_sync>
class basic_index_stack {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  basic_index_stack() noexcept = default;
  basic_index_stack(const basic_index_stack&) = delete;
  basic_index_stack& operator=(const basic_index_stack&) = delete;

  /// The caller owns `index` (not `none`) and gives it away. link(i) is index i's atomic link.
  template <class Link>
  void push(std::uint32_t index, Link&& link) noexcept {
    // relaxed: only a hint, the swap checks it.
    std::uint64_t head = head_.load(std::memory_order_relaxed);
    do {
      // relaxed: published by the swap below.
      link(index).store(index_of(head), std::memory_order_relaxed);
      // [R1] pairs with [A1] and [A2]: the link and whatever the owner did to the block.
    } while (!head_.compare_exchange_weak(head, make(tag_of(head), index),
                                          Sync::template release<site::r1>,
                                          std::memory_order_relaxed));
  }

  /// The index `depth` below the top, if nobody pushed or popped meanwhile, else `none`. Still
  /// somebody else's.
  template <class Link>
  [[nodiscard]] std::uint32_t peek(std::size_t depth, Link&& link) const noexcept {
    // [A1] pairs with [R1]: the links of the indices that we see in the stack.
    const std::uint64_t head = head_.load(Sync::template acquire<site::a1>);
    std::uint32_t at = index_of(head);
    // relaxed: made visible by [A1], or the head has changed.
    for (; depth != 0 && at != none; --depth) at = link(at).load(std::memory_order_relaxed);
    // [A1] pairs with [R1]: as above.
    return head_.load(Sync::template acquire<site::a1>) == head ? at : none;
  }

  /// The index on top, now the caller's, or `none`.
  template <class Link>
  [[nodiscard]] std::uint32_t pop(Link&& link) noexcept {
    // [A1] pairs with [R1]: the link of the index that we see on top.
    std::uint64_t head = head_.load(Sync::template acquire<site::a1>);
    while (index_of(head) != none) {
      // relaxed: made visible by [A1] or [A2]; a stale link makes the swap fail on the tag.
      const std::uint32_t below = link(index_of(head)).load(std::memory_order_relaxed);
      // [A2] pairs with [R1], when the swap fails, for the head that it then saw.
      constexpr std::uint32_t step = Sync::template keeps<steps::count_pops> ? 1 : 0;
      if (head_.compare_exchange_weak(head, make(tag_of(head) + step, below),
                                      Sync::template acquire<site::a2>,
                                      Sync::template acquire<site::a2>)) {
        return index_of(head);
      }
    }
    return none;
  }

 private:
  using site = index_stack_site::order;
  using steps = index_stack_site::step;

  static constexpr std::uint32_t index_of(std::uint64_t head) noexcept {
    return static_cast<std::uint32_t>(head);
  }
  static constexpr std::uint32_t tag_of(std::uint64_t head) noexcept {
    return static_cast<std::uint32_t>(head >> 32);
  }
  static constexpr std::uint64_t make(std::uint32_t tag, std::uint32_t index) noexcept {
    return std::uint64_t{tag} << 32 | index;
  }

  alignas(128) typename Sync::template atomic<std::uint64_t> head_{make(0, none)};
};

}  // namespace millrace::sync
