// read_claims: how readers on any thread look at what one owner may give up at any moment, without
// a count for each thing. Things have growing numbers. A reader claims a span of them before it
// touches one; the owner says below which number it gives up, then looks at the claims, and keeps
// what lies in one until that claim has moved on. Used for the records of a shard's tail.
//
//   reader: if (claims.claim(mine, first)) look at [first, first + claim_span); later: claim() on.
//   owner:  claims.give_up(below); what a claim found by claims.look(slot) covers waits, the rest
//   goes.
//
// State       below_, what was given up; a word for each reader: the first number of its claim, or
//             idle, or closed (the slot is free).
// Invariants  claim, leave and look are read-modify-writes of the reader's word. A look of the
// owner
//             either comes after a claim in that word's order, and finds it, or before it, and then
//             the claim sees the below_ that the owner set before the look, and fails.
// Writers     below_: the owner. A word: its reader; opening a free one: the owner.
// Lines       below_ | one line pair for each reader
// Orders      R1-A1, R2-A2, R2-A3, R2-A4 below.
// Progress    wait-free; give_up is O(readers ever open at once).
// Checked by  tests/unit/sync/read_claims_test.cpp (also under the thread sanitizer),
//             tests/model/doorbell/read_claims_model.cpp
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sync/sync_policy.hpp"

namespace millrace::sync {

/// The labelled operations, for the model's mutants.
namespace read_claims_site {
enum order : int { r1, a1, r2, a2, a3, a4 };
enum step : int { check_below };
}  // namespace read_claims_site

template <class Sync = std_sync, std::size_t ReadersMax = 128>
class basic_read_claims {
  using site = read_claims_site::order;
  using step = read_claims_site::step;
  static constexpr std::uint64_t idle = ~std::uint64_t{0};
  static constexpr std::uint64_t closed = idle - 1;

 public:
  /// Numbers that one claim covers.
  static constexpr std::uint64_t claim_span = 512;

  basic_read_claims() noexcept = default;
  basic_read_claims(const basic_read_claims&) = delete;
  basic_read_claims& operator=(const basic_read_claims&) = delete;

  // -- Owner: one thread ------------------------------------------------------------------------

  /// A slot for a new reader, to be handed to its thread; nothing: all are taken.
  [[nodiscard]] std::optional<std::size_t> open() noexcept {
    for (std::size_t i = 0; i < ReadersMax; ++i) {
      // [A3] pairs with [R2]: the reader that had the slot has finished.
      if (i < used_ && slots_[i].first.load(Sync::template acquire<site::a3>) != closed) continue;
      used_ = i < used_ ? used_ : i + 1;
      slots_[i].first.store(idle, std::memory_order_relaxed);  // relaxed: its reader comes later
      return i;
    }
    return std::nullopt;
  }

  /// From now on no claim below this number succeeds.
  void give_up(std::uint64_t below) noexcept {
    below_.store(below, std::memory_order_relaxed);  // relaxed: carried by [R1]
  }

  /// The first number of the slot's claim, if it has one. Called for each of slots() after
  /// give_up() and before anything goes.
  [[nodiscard]] std::optional<std::uint64_t> look(std::size_t slot) noexcept {
    // [R1] pairs with [A1]: below_, to a claim that this look comes before.
    // [A2] pairs with [R2]: the reads under an earlier claim are over.
    const std::uint64_t first =
        slots_[slot].first.fetch_add(0, Sync::template both<site::r1, site::a2>);
    return first >= closed ? std::nullopt : std::optional(first);
  }
  [[nodiscard]] std::size_t slots() const noexcept { return used_; }

  /// Whether a slot is open now: whether anybody reads at all.
  [[nodiscard]] bool any_open() noexcept {
    for (std::size_t i = 0; i < used_; ++i) {
      // [A4] pairs with [R2]: whoever had the slot reads nothing any more.
      if (slots_[i].first.load(Sync::template acquire<site::a4>) != closed) return true;
    }
    return false;
  }

  // -- Reader: the thread that has the slot -----------------------------------------------------

  /// Claims [first, first + claim_span) and leaves the claim before. False: some of it has been
  /// given up; nothing is claimed.
  [[nodiscard]] bool claim(std::size_t slot, std::uint64_t first) noexcept {
    set(slot, first);
    if (!Sync::template keeps<step::check_below>) return true;
    // relaxed: [A1] carries the value that must not be missed
    if (below_.load(std::memory_order_relaxed) <= first) return true;
    leave(slot);
    return false;
  }
  /// Leaves the claim: nothing is read any more.
  void leave(std::size_t slot) noexcept { set(slot, idle); }
  /// Leaves, and gives the slot back; a word of nobody's from then on.
  void close(std::size_t slot) noexcept { set(slot, closed); }

 private:
  void set(std::size_t slot, std::uint64_t value) noexcept {
    // [R2] pairs with [A2], [A3] and [A4]: our reads under the claim that ends here are over.
    // [A1] pairs with [R1]: what was given up before a look that missed this claim.
    slots_[slot].first.exchange(value, Sync::template both<site::r2, site::a1>);
  }

  struct alignas(line_pair) reader_slot {
    typename Sync::template atomic<std::uint64_t> first{closed};
  };

  alignas(line_pair) typename Sync::template atomic<std::uint64_t> below_{0};
  // Owner-private.
  alignas(line_pair) std::size_t used_ = 0;
  std::array<reader_slot, ReadersMax> slots_;
};

using read_claims = basic_read_claims<>;

}  // namespace millrace::sync
