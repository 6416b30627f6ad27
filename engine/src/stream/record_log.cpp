#include "stream/record_log.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace millrace::stream {
namespace {

constexpr std::size_t per_chunk = record_chunk::records_max;

/// The first of `count` places for which before(place) is false.
template <class Before>
std::size_t partition_place(std::size_t count, Before&& before) {
  std::size_t low = 0;
  while (count != 0) {
    const std::size_t half = count / 2;
    if (before(low + half)) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return low;
}

/// Returns its bytes.
std::uint64_t drop_body(record& r) noexcept {
  if (!r.body) return 0;
  const std::uint64_t bytes = r.body.length;
  sync::release(r.body.home);
  r.body = {};
  return bytes;
}

}  // namespace

record_log::~record_log() {
  while (!empty()) pop_front();
  for (record_chunk* c : list_) {
    if (c != nullptr) chunks_->free(c);
  }
}

bool record_log::add_chunk(sync::allocation_class use) noexcept {
  // Not constructed: push() makes the records.
  void* made = chunks_->allocate(use);
  if (made == nullptr) return false;
  for (std::size_t i = 0; i < records_ahead; ++i) {
    base::prefetch_for_write(static_cast<record*>(made) + i);
  }
  list_.push_back(static_cast<record_chunk*>(made));
  return true;
}

void record_log::pop_front() noexcept {
  const record& first = at(begin_);
  if (first.body) sync::release(first.body.home);
  ++begin_;
  if (begin_ % per_chunk == 0) drop_first_chunk();
}

/// The list is moved up when half of it is gone, so that dropping costs little each.
void record_log::drop_first_chunk() noexcept {
  const std::size_t gone = begin_ / per_chunk;
  chunks_->free(list_[gone - 1]);
  list_[gone - 1] = nullptr;
  if (gone * 2 < list_.size()) return;
  list_.erase(list_.begin(), list_.begin() + static_cast<std::ptrdiff_t>(gone));
  begin_ -= gone * per_chunk;
  end_ -= gone * per_chunk;
}

std::size_t record_log::find(std::uint64_t index) const noexcept {
  return partition_place(size(), [&](std::size_t i) { return (*this)[i].index < index; });
}

std::size_t record_log::find_time(base::time_ms at_ms) const noexcept {
  return partition_place(size(), [&](std::size_t i) { return (*this)[i].at_ms < at_ms; });
}

std::uint64_t record_log::settle() {
  bool in_order = true;
  for (std::size_t i = 1; i < size() && in_order; ++i) {
    in_order = (*this)[i - 1].index < (*this)[i].index;
  }
  if (in_order) return 0;  // as nearly always
  std::vector<record> all;
  all.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) all.push_back((*this)[i]);
  std::sort(all.begin(), all.end(), [](const record& a, const record& b) {
    return a.index != b.index ? a.index < b.index : a.log_epoch > b.log_epoch;
  });
  std::uint64_t dropped = 0;
  end_ = begin_;
  for (record& r : all) {
    if (!empty() && back().index == r.index) {
      dropped += drop_body(r);
    } else {
      at(end_++) = r;
    }
  }
  return dropped;
}

std::uint64_t record_log::drop_bodies() noexcept {
  std::uint64_t dropped = 0;
  for (std::size_t i = 0; i < size(); ++i) dropped += drop_body((*this)[i]);
  return dropped;
}

}  // namespace millrace::stream
