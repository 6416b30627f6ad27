// entry_log: the decisions of a batch, in order, until the journal has taken them. One a lane;
// bounded, so the lane flushes before a command that might not fit.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "journal/entry.hpp"

namespace millrace::journal {

class entry_log {
 public:
  static constexpr std::size_t capacity = 2048;
  /// More than any single decision makes: 10 received and 256 moved or expired.
  static constexpr std::size_t room_for_one = 320;

  /// Full at `bytes_full`: with one more operation's bodies no more than the journal takes at once.
  explicit entry_log(std::size_t bytes_full)
      : entries_(std::make_unique<entry[]>(capacity)), bytes_full_(bytes_full) {}

  entry& add() noexcept {
    MR_ASSERT(size_ < capacity);
    return entries_[size_++];
  }
  /// Keeps bytes alive until clear().
  bytes_view keep(std::vector<std::byte> bytes) { return kept_.emplace_back(std::move(bytes)); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool nearly_full() const noexcept {
    return size_ + room_for_one > capacity || has_many_bytes();
  }
  [[nodiscard]] bool has_many_bytes() const noexcept { return bytes() >= bytes_full_; }
  /// About how much the journal will make of it.
  [[nodiscard]] std::size_t bytes() const noexcept {
    for (; counted_ < size_; ++counted_) {
      const entry& e = entries_[counted_];
      bytes_ += entry_bytes + e.extra.size() + e.body.length;
    }
    return bytes_;
  }
  [[nodiscard]] std::span<const entry> all() const noexcept { return {entries_.get(), size_}; }
  [[nodiscard]] std::span<const entry> since(std::size_t mark) const noexcept {
    return all().subspan(mark);
  }
  /// The highest level among the entries from `mark` on.
  [[nodiscard]] durability highest_level(std::size_t mark = 0) const noexcept {
    durability highest = durability::memory;
    for (const entry& e : since(mark)) highest = std::max(highest, e.level);
    return highest;
  }
  void clear() noexcept {
    size_ = counted_ = bytes_ = 0;
    kept_.clear();
  }

 private:
  std::unique_ptr<entry[]> entries_;
  static constexpr std::size_t entry_bytes = 128;
  const std::size_t bytes_full_;
  std::size_t size_ = 0;
  mutable std::size_t counted_ = 0;  ///< entries in bytes_: a body is set after add()
  mutable std::size_t bytes_ = 0;
  std::deque<std::vector<std::byte>> kept_;
};

}  // namespace millrace::journal
