// Hand-out ring: one producer offers items, each goes to exactly one of many competing consumers.
// A lane owns the producing side and offers deliveries that it has already received on a consumer
// group's behalf; consumers are threads of the group. Pure transport: an item that nobody may have
// any more (purged, deleted, expired) is killed by the lane before that is acknowledged.
//
// State       `slots` of a power of two; slot = position mod slots. head: 16 bits kill generation,
//             48 bits position of the next item to claim. tail: position behind the last item.
// Invariants  I1  head position <= tail <= head position + slots.
//             I2  an item below the head position was claimed, or killed and skipped; a slot is
//                 rewritten only after the producer has seen the head pass it.
//             I3  an item is dead to a claimer exactly when its slot was marked with a generation
//                 that the head had reached in the claimer's own compare-and-swap.
// Semantics   Claim and kill of one item race on the head, one read-modify-write each, so exactly
//             one wins and both sides know: kill() returns true when no claim has taken or will
//             take the item; it returns false when a claim has taken it, and that claimer holds it
//             even if it sees the mark. The deadline is the lane's (engine time, ns); a claimer
//             that passes its own clock skips items that ran out, the lane counts them as claimed.
//             Positions tell the lane what was claimed; what a consumer wrote before its claim is
//             visible to the lane when it learns of it.
// Writers     slots, tail: the producer. head: everyone.
// Lines       head | tail | producer-private | one line pair for each slot of up to 112 bytes.
// Orders      R1-A1 tail, R2-A2 claims, R3-A3 kills.
// Progress    Producer: wait-free, whatever the consumers do (a suspended claimer holds nothing:
//             items are copied before the compare-and-swap that makes them its own). Claim:
//             lock-free, a failed attempt means that another claim or a kill succeeded.
// Checked by  tests/unit/sync/hand_out_ring_test.cpp, hand_out_ring_stress_test.cpp (thread
//             sanitizer), tests/model/rings/hand_out_ring_model.cpp (each order weakened in turn).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "sync/sync_policy.hpp"

namespace millrace::sync {

/// The labelled operations of the ring, for the model's mutants.
namespace hand_out_site {
enum order : int { r1, a1, r2, a2, r3, a3 };
enum step : int { own_generation };
}  // namespace hand_out_site

/// What a claimer gets.
template <class T>
struct handed_out {
  T value;
  std::uint64_t deadline_ns;  ///< engine time at which the lane takes it back
  std::uint64_t position;     ///< its number in this ring
};

/// One slot. Words, because a claimer may read it while the producer rewrites it; what it read is
/// then thrown away, but it must not be a data race.
template <class Sync, std::size_t Words>
struct alignas(line_pair) hand_out_slot {
  typename Sync::template atomic<std::uint64_t> mark{0};  ///< 0: alive; else one_kill | generation
  typename Sync::template atomic<std::uint64_t> deadline{0};
  std::array<typename Sync::template atomic<std::uint64_t>, Words> value{};
};

template <class Sync, class T>
class hand_out_ring {
  static_assert(std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T>);
  static_assert(sizeof(T) <= 112, "an item fills one line pair with its mark and deadline");
  using site = hand_out_site::order;
  using step = hand_out_site::step;
  static constexpr std::size_t word_count = (sizeof(T) + 7) / 8;

 public:
  using slot = hand_out_slot<Sync, word_count>;
  using item = handed_out<T>;

  /// Most slots: kill generations of two laps must differ in 16 bits.
  static constexpr std::size_t slots_max = std::size_t{1} << 13;
  /// Most items one claim takes, whatever its span holds.
  static constexpr std::size_t claim_max = 64;

  /// `slots`: a power of two, 2..slots_max; they outlive the ring.
  explicit hand_out_ring(std::span<slot> slots) noexcept : slots_(slots), mask_(slots.size() - 1) {}
  hand_out_ring(const hand_out_ring&) = delete;
  hand_out_ring& operator=(const hand_out_ring&) = delete;

  [[nodiscard]] static constexpr bool accepts_slots(std::size_t count) noexcept {
    return std::has_single_bit(count) && count >= 2 && count <= slots_max;
  }

  // -- Producer: one thread -----------------------------------------------------------------------

  /// Offers one item; its position is position() before the call. False: every slot is taken.
  [[nodiscard]] bool try_offer(const T& value, std::uint64_t deadline_ns) noexcept;

  /// Takes an item back. True: it was there, and no claimer gets it. False: a claimer has it.
  /// `position`: of an offered item, not killed before.
  [[nodiscard]] bool kill(std::uint64_t position) noexcept;

  /// Positions below this were claimed (or killed and passed over). Never decreases.
  [[nodiscard]] std::uint64_t claimed() noexcept {
    // [A2] acquire: the claimers' copies, and what they wrote before their claims; pairs with [R2]
    seen_head_ = unfold(head_.load(Sync::template acquire<site::a2>), tail_);
    return seen_head_;
  }
  /// Position of the next item to be offered.
  [[nodiscard]] std::uint64_t position() const noexcept { return tail_; }

  // -- Consumers: any number of threads -----------------------------------------------------------

  /// Claims up to out.size() items (at most claim_max) with one atomic operation and returns how
  /// many of them are alive; the dead are passed over, and items whose deadline is at or before
  /// `now_ns` (0: none is). When all it claimed are passed over it claims again; 0: nothing left.
  [[nodiscard]] std::size_t claim(std::span<item> out, std::uint64_t now_ns = 0) noexcept;

 private:
  static constexpr std::uint64_t position_bits = 48;
  static constexpr std::uint64_t position_mask = (std::uint64_t{1} << position_bits) - 1;
  static constexpr std::uint64_t one_kill = std::uint64_t{1} << position_bits;

  /// The full position whose low 48 bits stand in `head`, at most one lap of them below `near`.
  [[nodiscard]] static std::uint64_t unfold(std::uint64_t head, std::uint64_t near) noexcept {
    return near - ((near - head) & position_mask);
  }
  [[nodiscard]] static std::uint16_t generation(std::uint64_t head) noexcept {
    return static_cast<std::uint16_t>(head >> position_bits);
  }
  /// True when `mark` was made by a kill that `head` already counts.
  [[nodiscard]] static bool is_dead(std::uint64_t mark, std::uint64_t head) noexcept {
    if (mark == 0) return false;
    if (!Sync::template keeps<step::own_generation>) return true;
    const auto killed_in = static_cast<std::uint16_t>(mark);
    return static_cast<std::int16_t>(generation(head) - killed_in) >= 0;
  }
  void load(const slot& from, item& to) const noexcept;

  std::span<slot> slots_;
  const std::uint64_t mask_;
  alignas(line_pair) typename Sync::template atomic<std::uint64_t> head_{0};
  alignas(line_pair) typename Sync::template atomic<std::uint64_t> published_tail_{0};
  // Producer-private.
  alignas(line_pair) std::uint64_t tail_ = 0;
  std::uint64_t seen_head_ = 0;  ///< a lower bound of the head position
};

template <class Sync, class T>
bool hand_out_ring<Sync, T>::try_offer(const T& value, std::uint64_t deadline_ns) noexcept {
  if (tail_ - seen_head_ == slots_.size() && tail_ - claimed() == slots_.size()) return false;
  std::array<std::uint64_t, word_count> words{};
  std::memcpy(words.data(), &value, sizeof value);
  slot& to = slots_[tail_ & mask_];
  // relaxed, all of them: carried by [R1]; a claimer that reads them too early loses its claim
  to.mark.store(0, std::memory_order_relaxed);
  to.deadline.store(deadline_ns, std::memory_order_relaxed);
  for (std::size_t i = 0; i < word_count; ++i) {
    to.value[i].store(words[i], std::memory_order_relaxed);
  }
  ++tail_;
  // [R1] release: the slot's content; pairs with [A1]
  published_tail_.store(tail_, Sync::template release<site::r1>);
  return true;
}

template <class Sync, class T>
bool hand_out_ring<Sync, T>::kill(std::uint64_t position) noexcept {
  if (position < claimed()) return false;
  // relaxed: only the producer changes the generation. The mark is carried by [R3]; a claimer that
  // sees it before the kill counts takes the item all the same (I3).
  const std::uint64_t next = generation(head_.load(std::memory_order_relaxed)) + 1U;
  slots_[position & mask_].mark.store(one_kill | (next & 0xffffU), std::memory_order_relaxed);
  // [R3] release: the mark; pairs with [A3]
  const std::uint64_t before = head_.fetch_add(one_kill, Sync::template both<site::r3, site::a2>);
  seen_head_ = unfold(before, tail_);
  return position >= seen_head_;
}

template <class Sync, class T>
std::size_t hand_out_ring<Sync, T>::claim(std::span<item> out, std::uint64_t now_ns) noexcept {
  // [A3] acquire: the marks of the kills that the head counts; pairs with [R3]
  std::uint64_t head = head_.load(Sync::template acquire<site::a3>);
  for (;;) {
    // [A1] acquire: the content of the slots below the tail; pairs with [R1]
    const std::uint64_t tail = published_tail_.load(Sync::template acquire<site::a1>);
    const std::uint64_t first = unfold(head, tail);
    const std::size_t most = std::min({out.size(), claim_max, slots_.size()});
    const std::size_t count = std::min<std::uint64_t>(tail - first, most);
    if (count == 0) return 0;
    if (tail - first > slots_.size()) {  // the head moved between the two loads
      head = head_.load(Sync::template acquire<site::a3>);
      continue;
    }
    std::uint64_t alive = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const slot& from = slots_[(first + i) & mask_];
      // relaxed: ordered by [A3] for a kill that counts; another does not matter
      if (is_dead(from.mark.load(std::memory_order_relaxed), head)) continue;
      item& to = out[static_cast<std::size_t>(std::popcount(alive))];
      load(from, to);
      to.position = first + i;
      if (now_ns == 0 || to.deadline_ns > now_ns) alive |= std::uint64_t{1} << i;
    }
    const std::uint64_t moved = (head & ~position_mask) | ((head + count) & position_mask);
    // [R2] release: these copies are done, the slots may be rewritten; pairs with [A2]
    // On failure the new head is acquired as by [A3].
    if (!head_.compare_exchange_weak(head, moved, Sync::template release<site::r2>,
                                     Sync::template acquire<site::a3>)) {
      continue;
    }
    if (alive != 0) return static_cast<std::size_t>(std::popcount(alive));
    head = head_.load(Sync::template acquire<site::a3>);
  }
}

template <class Sync, class T>
void hand_out_ring<Sync, T>::load(const slot& from, item& to) const noexcept {
  std::array<std::uint64_t, word_count> words;
  // relaxed: ordered by [A1]; a rewritten slot's content is never returned, because the head has
  // moved and the compare-and-swap fails
  to.deadline_ns = from.deadline.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < word_count; ++i) {
    words[i] = from.value[i].load(std::memory_order_relaxed);
  }
  std::memcpy(&to.value, words.data(), sizeof to.value);
}

}  // namespace millrace::sync
