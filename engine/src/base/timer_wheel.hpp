// A hierarchical timing wheel (Varghese and Lauck, 1987): 7 levels of 64 slots, one tick = 1 ms,
// so 139 years. Insert and erase are O(1); a timer is moved down at most 6 times in its life,
// whatever the number of timers. Empty stretches are skipped by bitmaps, so that virtual time
// may jump 14 days. Single-threaded; T derives from timer.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "base/assert.hpp"
#include "base/list.hpp"

namespace millrace::base {

struct timer_tag;

struct timer : list_hook<timer_tag> {
  std::int64_t deadline_ms = 0;
};

template <class T>
class timer_wheel {
 public:
  explicit timer_wheel(std::int64_t now_ms = 0) noexcept : now_ms_(now_ms) {}

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Insertions and moves between slots so far: what a test of the cost counts.
  [[nodiscard]] std::uint64_t placements() const noexcept { return placements_; }

  /// Fires at the first advance() to a time >= deadline_ms, never before. The item is unlinked.
  void insert(T& item, std::int64_t deadline_ms) noexcept {
    item.deadline_ms = deadline_ms;
    ++size_;
    place(item);
  }

  /// The item is linked here.
  void erase(T& item) noexcept {
    --size_;
    slots::erase(item);
  }

  /// Moves time on to now_ms and calls fire(T&) for at most `budget` due items, each unlinked
  /// before its call; fire may insert and erase items. Returns true when nothing due is left.
  template <class F>
  bool advance(std::int64_t now_ms, std::size_t budget, F&& fire) {
    while (true) {
      while (T* item = due_.front()) {
        if (budget == 0) return false;
        --budget;
        erase(*item);
        fire(*item);
      }
      if (now_ms_ >= now_ms) return true;
      step(now_ms);
    }
  }

  /// No timer is due before this time; INT64_MAX without timers. Exact within the lowest level,
  /// else the time at which the next slot must be opened, which is never after the deadline.
  [[nodiscard]] std::int64_t next_ms() noexcept {
    if (!due_.empty()) return now_ms_;
    return size_ == 0 ? INT64_MAX : next_boundary();
  }

 private:
  static constexpr int levels = 7;
  static constexpr int bits = 6;
  static constexpr std::uint64_t slot_mask = (1U << bits) - 1;
  using slots = list<T, timer_tag>;

  void place(T& item) noexcept {
    ++placements_;
    const auto now = static_cast<std::uint64_t>(now_ms_);
    if (item.deadline_ms <= now_ms_) {
      due_.push_back(item);
      return;
    }
    const auto deadline = static_cast<std::uint64_t>(item.deadline_ms);
    // The highest bit in which deadline and now differ names the level.
    const int level = (63 - std::countl_zero(deadline ^ now)) / bits;
    if (level >= levels) {
      far_.push_back(item);
      return;
    }
    const std::uint64_t slot = (deadline >> (level * bits)) & slot_mask;
    wheel_[level][slot].push_back(item);
    occupied_[level] |= std::uint64_t{1} << slot;
  }

  /// The start of the next occupied slot after now, over all levels. Clears stale bits.
  std::int64_t next_boundary() noexcept {
    const auto now = static_cast<std::uint64_t>(now_ms_);
    for (int level = 0; level < levels; ++level) {
      const std::uint64_t here = (now >> (level * bits)) & slot_mask;
      std::uint64_t ahead = occupied_[level] & ~((std::uint64_t{2} << here) - 1);
      while (ahead != 0) {
        const int slot = std::countr_zero(ahead);
        if (!wheel_[level][slot].empty()) {
          const std::uint64_t above = now >> ((level + 1) * bits) << ((level + 1) * bits);
          return static_cast<std::int64_t>(above | static_cast<std::uint64_t>(slot)
                                                       << (level * bits));
        }
        occupied_[level] &= ~(std::uint64_t{1} << slot);
        ahead &= ahead - 1;
      }
    }
    const int top = levels * bits;
    return static_cast<std::int64_t>(((now >> top) + 1) << top);
  }

  /// Goes to the next occupied slot's start, or to now_ms if that comes first, and opens it.
  void step(std::int64_t now_ms) noexcept {
    const std::int64_t next = size_ == 0 ? INT64_MAX : next_boundary();
    if (next > now_ms) {
      now_ms_ = now_ms;
      return;
    }
    const auto from = static_cast<std::uint64_t>(now_ms_);
    now_ms_ = next;
    const auto now = static_cast<std::uint64_t>(next);
    if ((from ^ now) >> (levels * bits) != 0) reopen(far_);
    for (int level = levels - 1; level >= 0; --level) {
      if ((from ^ now) >> (level * bits) == 0) continue;
      const std::uint64_t slot = (now >> (level * bits)) & slot_mask;
      if ((occupied_[level] >> slot & 1) == 0) continue;
      occupied_[level] &= ~(std::uint64_t{1} << slot);
      reopen(wheel_[level][slot]);
    }
  }

  /// Places every item of a slot again, now that less of its deadline lies ahead.
  void reopen(slots& from) noexcept {
    slots items;
    items.splice_back(from);
    while (T* item = items.pop_front()) place(*item);
  }

  std::int64_t now_ms_;
  std::size_t size_ = 0;
  std::uint64_t placements_ = 0;
  slots due_;
  slots far_;
  std::array<std::uint64_t, levels> occupied_{};
  std::array<std::array<slots, 64>, levels> wheel_;
};

}  // namespace millrace::base
