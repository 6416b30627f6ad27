// entry_log: the decisions of a batch, in order, until the journal has taken them. One a lane;
// bounded, so the lane flushes before a command that might not fit.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "journal/entry.hpp"

namespace millrace::queue {

class entry_log {
 public:
  static constexpr std::size_t capacity = 2048;
  /// More than any single decision makes: 10 received and 256 moved or expired.
  static constexpr std::size_t room_for_one = 320;

  entry_log() : entries_(std::make_unique<journal::entry[]>(capacity)) {}

  journal::entry& add() noexcept {
    MR_ASSERT(size_ < capacity);
    return entries_[size_++];
  }
  /// Keeps bytes alive until clear().
  bytes_view keep(std::vector<std::byte> bytes) { return kept_.emplace_back(std::move(bytes)); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool nearly_full() const noexcept { return size_ + room_for_one > capacity; }
  [[nodiscard]] std::span<const journal::entry> all() const noexcept {
    return {entries_.get(), size_};
  }
  [[nodiscard]] std::span<const journal::entry> since(std::size_t mark) const noexcept {
    return all().subspan(mark);
  }
  void clear() noexcept {
    size_ = 0;
    kept_.clear();
  }

 private:
  std::unique_ptr<journal::entry[]> entries_;
  std::size_t size_ = 0;
  std::deque<std::vector<std::byte>> kept_;
};

}  // namespace millrace::queue
