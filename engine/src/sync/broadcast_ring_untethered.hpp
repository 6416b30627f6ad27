// An untethered reader of a broadcast ring that admits lossy readers: it holds nobody back, copies
// each record out and validates the copy. When the producer has lapped it, it says exactly how much
// it missed and starts again at the newest anchor. Lives on one consumer thread; joining and
// leaving touch nothing shared, so any number may read.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>

#include "sync/broadcast_ring.hpp"

namespace millrace::sync {

/// The answer of one poll.
struct untethered_poll {
  std::size_t records = 0;           ///< delivered now
  std::uint64_t missed_records = 0;  ///< overwritten before they were read, or longer than scratch
  std::uint64_t missed_bytes = 0;    ///< positions jumped over by a restart
};

template <class Sync, class Ring>
class untethered_reader {
  using site = broadcast_site::order;
  using step = broadcast_site::step;

 public:
  /// Starts at the newest anchor, at most 3/8 of the capacity before the tail. `scratch` takes one
  /// record at a time; a longer one is skipped and counted as missed. It outlives the reader.
  untethered_reader(const Ring& ring, std::span<std::byte> scratch) noexcept
      : words_(ring.words_), mask_(ring.mask_), ring_(&ring), scratch_(scratch) {
    static_assert(Ring::lossy, "this ring keeps its payload in plain memory");
    untethered_poll nothing_missed;
    lost_ = !restart(nothing_missed);
  }

  /// Copies up to `limit` records out, one by one, to `deliver(std::span<const std::byte>)`; the
  /// span is valid during that call. From the first record on, delivered + missed = published.
  /// After a lap it may return nothing once, and find its place at the next call.
  template <class Deliver>
  untethered_poll poll(std::size_t limit, Deliver&& deliver) noexcept;

  /// The same for records of exactly `words` words of 8 bytes, put one after the other at `to`, and
  /// validated frame by frame; others are skipped and counted as missed. A lap ends the call, so
  /// what was missed lies before the first record of an answer.
  untethered_poll copy(std::uint64_t* to, std::size_t words, std::size_t limit) noexcept;

  /// False until the reader found its place: in the constructor, or else in an early poll.
  [[nodiscard]] bool has_started() const noexcept { return started_; }
  /// Without a place: the next call looks for one. What it will have missed it does not know yet.
  [[nodiscard]] bool is_lost() const noexcept { return lost_; }
  /// Records published before the next one, since the ring began.
  [[nodiscard]] std::uint64_t sequence() const noexcept { return sequence_; }
  /// Bytes published before the next record's frame.
  [[nodiscard]] std::uint64_t position() const noexcept { return next_; }

 private:
  enum class step_result : std::uint8_t { nothing, done, lapped };

  [[nodiscard]] step_result open_next() noexcept;
  template <class Deliver>
  [[nodiscard]] step_result read_one(untethered_poll& answer, Deliver& deliver) noexcept;
  [[nodiscard]] step_result copy_some(untethered_poll& answer, std::uint64_t* to, std::size_t words,
                                      std::size_t limit) noexcept;
  void advance(std::uint64_t records, std::uint64_t bytes) noexcept;
  [[nodiscard]] bool restart(untethered_poll& answer) noexcept;

  /// True when a word at or above `position` may have been overwritten before it was loaded.
  [[nodiscard]] bool overwritten(std::uint64_t position) const noexcept {
    // relaxed: a newer word that was loaded before ([A1], [A6]) carries the intent it was written
    // under; when none was loaded, an older intent does no harm
    return ring_->intent_.load(std::memory_order_relaxed) > position + (mask_ + 1);
  }
  [[nodiscard]] static std::uint64_t load_word(const typename Ring::words& from,
                                               std::uint64_t offset) noexcept {
    // [A6] acquire: the intent under which this value was written; pairs with [R6]
    // [A7] acquire: the same, when the value is the zero of a next frame; pairs with [R7]
    return from.load(offset, Sync::template acquire<site::a6>);
  }
  [[nodiscard]] std::uint64_t load_word(std::uint64_t offset) const noexcept {
    return load_word(words_, offset);
  }
  [[nodiscard]] std::uint64_t record_size() const noexcept {
    if (header_.kind == frame_kind::uniform) return header_.size;
    const std::uint64_t index = header_.count - left_;
    const std::uint64_t table = (next_ & mask_) + frame_header::bytes;
    const std::uint64_t pair = load_word(table + index / 2 * sizeof(std::uint64_t));
    return index % 2 == 0 ? pair & 0xffffffffU : pair >> 32;
  }

  typename Ring::words words_;
  std::uint64_t mask_;
  const Ring* ring_;
  std::span<std::byte> scratch_;
  bool lost_ = true;        ///< without a place: new, or lapped
  bool started_ = false;    ///< has had a place
  std::uint64_t next_ = 0;  ///< position of the frame being read, or to be read
  std::uint64_t sequence_ = 0;
  frame_header header_{};        ///< of that frame
  std::uint32_t left_ = 0;       ///< records of it not yet read
  std::uint64_t record_at_ = 0;  ///< offset of the next one
};

template <class Sync, class Ring>
template <class Deliver>
untethered_poll untethered_reader<Sync, Ring>::poll(std::size_t limit, Deliver&& deliver) noexcept {
  untethered_poll answer;
  lost_ = lost_ && !restart(answer);
  while (!lost_ && answer.records < limit) {
    step_result now = left_ == 0 ? open_next() : step_result::done;
    if (now == step_result::nothing) break;
    if (now == step_result::done) now = read_one(answer, deliver);
    if (now == step_result::lapped) lost_ = !restart(answer);
  }
  return answer;
}

/// Opens the frame at next_, skipping padding.
template <class Sync, class Ring>
auto untethered_reader<Sync, Ring>::open_next() noexcept -> step_result {
  for (;;) {
    const std::uint64_t offset = next_ & mask_;
    // [A1] acquire: the frame's records and the zeroed word behind it; pairs with [R1]
    const std::uint64_t word = words_.load(offset, Sync::template acquire<site::a1>);
    if (Sync::template keeps<step::check_header> && overwritten(next_)) return step_result::lapped;
    if (word == 0) return step_result::nothing;
    header_ = frame_header::decode(word);
    if (header_.kind != frame_kind::padding) {
      left_ = header_.count;
      record_at_ = offset + frame_header::bytes;
      if (header_.kind == frame_kind::table) record_at_ += frame_header::table_bytes(left_);
      return step_result::done;
    }
    next_ += header_.length();
  }
}

/// Copies one record and delivers it if it was intact until the copy's end.
template <class Sync, class Ring>
template <class Deliver>
auto untethered_reader<Sync, Ring>::read_one(untethered_poll& answer, Deliver& deliver) noexcept
    -> step_result {
  const std::uint64_t size = record_size();
  // A size from a table may be torn by the producer: it is bounded before it is used, and only
  // believed after the check below.
  if (record_at_ + round_to_word(size) > (mask_ + 1)) return step_result::lapped;
  const bool fits = size <= scratch_.size();
  for (std::uint64_t at = 0; fits && at < size; at += sizeof(std::uint64_t)) {
    const std::uint64_t word = load_word(record_at_ + at);
    std::memcpy(scratch_.data() + at, &word, std::min<std::uint64_t>(size - at, sizeof word));
  }
  if (Sync::template keeps<step::check_copy> && overwritten(next_)) return step_result::lapped;
  if (fits) {
    deliver(std::span<const std::byte>(scratch_.data(), size));
    ++answer.records;
  } else {
    ++answer.missed_records;
  }
  advance(1, round_to_word(size));
  return step_result::done;
}

template <class Sync, class Ring>
void untethered_reader<Sync, Ring>::advance(std::uint64_t records, std::uint64_t bytes) noexcept {
  sequence_ += records;
  record_at_ += bytes;
  left_ -= static_cast<std::uint32_t>(records);
  if (left_ == 0) next_ += header_.length();
}

template <class Sync, class Ring>
untethered_poll untethered_reader<Sync, Ring>::copy(std::uint64_t* to, std::size_t words,
                                                    std::size_t limit) noexcept {
  untethered_poll answer;
  lost_ = lost_ && !restart(answer);
  while (!lost_ && answer.records < limit) {
    step_result now = left_ == 0 ? open_next() : step_result::done;
    if (now == step_result::nothing) break;
    if (now == step_result::done) {
      now = copy_some(answer, to + answer.records * words, words, limit - answer.records);
    }
    if (now == step_result::lapped) lost_ = answer.records != 0 || !restart(answer);
  }
  return answer;
}

/// Copies what is left of one frame, at most `limit` records, and believes it if the frame was
/// intact until the copy's end.
template <class Sync, class Ring>
auto untethered_reader<Sync, Ring>::copy_some(untethered_poll& answer, std::uint64_t* to,
                                              std::size_t words, std::size_t limit) noexcept
    -> step_result {
  constexpr std::uint64_t word = sizeof(std::uint64_t);
  const bool fits = header_.kind == frame_kind::uniform && header_.size == words * word;
  if (!fits) {
    answer.missed_records += left_;
    advance(left_, 0);
    return step_result::done;
  }
  const std::uint64_t count = std::min<std::uint64_t>(left_, limit);
  const typename Ring::words from = words_;  // in registers, whatever `to` may alias
  std::uint64_t at = record_at_;
  for (std::uint64_t i = 0; i < count * words; ++i, at += word) to[i] = load_word(from, at);
  if (Sync::template keeps<step::check_copy> && overwritten(next_)) return step_result::lapped;
  answer.records += count;
  advance(count, count * words * word);
  return step_result::done;
}

/// Takes its place at the newest anchor and counts what lies between. False: the producer moved
/// the anchor meanwhile.
template <class Sync, class Ring>
bool untethered_reader<Sync, Ring>::restart(untethered_poll& answer) noexcept {
  // [A8] acquire: the record number, and the word at this boundary; pairs with [R8]
  const std::uint64_t anchor = ring_->anchor_.load(Sync::template acquire<site::a8>);
  if (anchor == Ring::no_gate) return false;
  // [A9] acquire: the invalid anchor before a newer record number; pairs with [R9]
  const std::uint64_t records = ring_->anchor_records_.load(Sync::template acquire<site::a9>);
  // relaxed: [A9] carries the anchor that must not be missed
  if (ring_->anchor_.load(std::memory_order_relaxed) != anchor || overwritten(anchor)) return false;
  if (started_) {
    answer.missed_records += records - sequence_;
    answer.missed_bytes += anchor - next_;
  }
  started_ = true;
  next_ = anchor;
  sequence_ = records;
  left_ = 0;
  return true;
}

}  // namespace millrace::sync
