// The producing half of the broadcast ring (see broadcast_ring.hpp, which includes this file):
// claiming, gating, committing. Everything here runs on the producer's thread.
#pragma once

#include <algorithm>
#include <utility>

#include "sync/broadcast_ring.hpp"

#define MR_BROADCAST_RING template <class Sync, broadcast_readers Readers, std::size_t ReadersMax>
#define MR_BROADCAST_RING_TYPE broadcast_ring<Sync, Readers, ReadersMax>
// Inlined whatever its size: a claim that lives in memory instead of registers doubles the stores
// of a small frame, and the processor's store queue is what bounds batch 1.
#define MR_HOT [[gnu::always_inline]] inline

namespace millrace::sync {

MR_BROADCAST_RING
MR_HOT auto MR_BROADCAST_RING_TYPE::claim_frame(frame_header header) noexcept -> claim {
  claim frame;
  const std::uint64_t length = header.length();
  if (header.count == 0 || length > frame_max() || !reserve(length)) [[unlikely]]
    return frame;
  if (const std::uint64_t end = tail_ + length + frame_header::bytes; end > taken_) [[unlikely]]
    take_lines(end);
  frame.ring_ = this;
  frame.length_ = length;
  frame.at_ = (tail_ & mask_) + frame_header::bytes;
  frame.header_ = header;
  return frame;
}

MR_BROADCAST_RING
auto MR_BROADCAST_RING_TYPE::try_claim(std::span<const std::uint32_t> sizes) noexcept -> claim {
  std::uint64_t length = frame_header::bytes + frame_header::table_bytes(sizes.size());
  for (const std::uint32_t size : sizes) length += round_to_word(size);
  if (sizes.size() > frame_header::count_max) return {};
  const auto count = static_cast<std::uint32_t>(sizes.size());
  claim frame = claim_frame({frame_kind::table, count, length});
  if (!frame) return frame;
  for (std::size_t i = 0; i < sizes.size(); i += 2) {
    const std::uint64_t second = i + 1 < sizes.size() ? sizes[i + 1] : 0;
    write_word(frame.at_ + i * sizeof(std::uint32_t), second << 32 | sizes[i]);
  }
  frame.at_ += frame_header::table_bytes(sizes.size());
  frame.sizes_ = sizes.data();
  return frame;
}

/// Makes [tail, tail + length) and the word behind it writable and contiguous; pads to the end of
/// the ring first when the frame does not fit there. The padding is a frame of its own and stays.
MR_BROADCAST_RING
MR_HOT bool MR_BROADCAST_RING_TYPE::reserve(std::uint64_t length) noexcept {
  const std::uint64_t rest = capacity() - (tail_ & mask_);
  if (length > rest) [[unlikely]] {
    if (!make_room(tail_ + rest + frame_header::bytes)) return false;
    commit({frame_kind::padding, 0, rest}, rest);
  }
  const std::uint64_t next_word =
      Sync::template keeps<step::gate_next_word> ? frame_header::bytes : 0;
  return make_room(tail_ + length + next_word);
}

/// True when everything below `end` may be overwritten one capacity earlier.
MR_BROADCAST_RING
MR_HOT bool MR_BROADCAST_RING_TYPE::make_room(std::uint64_t end) noexcept {
  if (end > limit_ && !raise_limit(end)) [[unlikely]]
    return false;
  if constexpr (lossy) {
    if (end > announced_ && Sync::template keeps<step::announce_intent>) {
      announced_ = end + capacity() / 16;
      // relaxed: each later store to a word is a release ([R6], [R7]) and carries it
      intent_.store(announced_, std::memory_order_relaxed);
    }
  }
  return true;
}

/// Looks at the gates; true when `end` is below the new limit.
MR_BROADCAST_RING
[[gnu::noinline]] bool MR_BROADCAST_RING_TYPE::raise_limit(std::uint64_t end) noexcept {
  // A look without obligation first: a full ring costs no read-modify-write.
  // relaxed: a reader missed here is found below
  const std::uint64_t slots = roster_.load(std::memory_order_relaxed) % roster_step;
  if (end > lowest_gate(slots) + capacity()) return false;
  // [R4] release: the published tail, to a thread that joins after this scan; pairs with [A4]
  // [A5] acquire: the gate of a thread that joined before this scan; pairs with [R5]
  const std::uint64_t roster =
      roster_.fetch_add(roster_step, Sync::template both<site::r4, site::a5>);
  limit_ = lowest_gate(roster % roster_step) + capacity();
  return end <= limit_;
}

MR_BROADCAST_RING
std::uint64_t MR_BROADCAST_RING_TYPE::lowest_gate(std::uint64_t slots) const noexcept {
  std::uint64_t lowest = tail_;
  for (std::uint64_t i = 0; i < slots; ++i) {
    // [A2] acquire: the reader's reads below its gate are over; pairs with [R2]
    lowest = std::min(lowest, slots_[i].gate.load(Sync::template acquire<site::a2>));
  }
  return lowest;
}

MR_BROADCAST_RING
MR_HOT void MR_BROADCAST_RING_TYPE::commit(frame_header header, std::uint64_t length) noexcept {
  if (Sync::template keeps<step::zero_ahead>) {
    // [R7] release: intent, to a lossy reader that takes this word for payload; pairs with [A7]
    words_.store((tail_ + length) & mask_, 0, Sync::template release<site::r7>);
  }
  // [R1] release: the frame's records and the zeroed word behind it; pairs with [A1]
  words_.store(tail_ & mask_, header.encode(), Sync::template release<site::r1>);
  tail_ += length;
  // [R3] release: the word at tail is zero or committed; pairs with [A3]
  published_tail_.store(tail_, Sync::template release<site::r3>);
  if constexpr (lossy) {
    records_ += header.count;
    if (tail_ - anchored_ >= capacity() / 8) drop_anchor();
  }
}

/// Publishes (tail, records) as the place where lapped readers start again. A reader that sees
/// parts of two anchors notices: the position is invalid in between.
MR_BROADCAST_RING
void MR_BROADCAST_RING_TYPE::drop_anchor() noexcept {
  anchored_ = tail_;
  // relaxed: carried by [R9]
  anchor_.store(no_gate, std::memory_order_relaxed);
  // [R9] release: the invalid anchor, before a new record number is seen; pairs with [A9]
  anchor_records_.store(records_, Sync::template release<site::r9>);
  // [R8] release: the record number, and the word at this boundary; pairs with [A8]
  anchor_.store(tail_, Sync::template release<site::r8>);
}

MR_BROADCAST_RING
MR_HOT void MR_BROADCAST_RING_TYPE::write(std::uint64_t offset, const void* from,
                                          std::size_t size) noexcept {
  if constexpr (!lossy) {
    words_.copy_in(offset, from, size);
  } else {
    const auto* bytes = static_cast<const std::byte*>(from);
    for (std::size_t done = 0; done < size; done += sizeof(std::uint64_t)) {
      std::uint64_t value = 0;
      std::memcpy(&value, bytes + done, std::min(size - done, sizeof value));
      write_word(offset + done, value);
    }
  }
}

MR_BROADCAST_RING
void MR_BROADCAST_RING_TYPE::write_word(std::uint64_t offset, std::uint64_t value) noexcept {
  if constexpr (!lossy) {
    words_.plain_store(offset, value);
  } else {
    // [R6] release: intent, to a lossy reader that copies this value; pairs with [A6]
    words_.store(offset, value, Sync::template release<site::r6>);
  }
}

/// Takes the lines of free space up to `end`, and to the end of their run, from the readers' caches
/// by a store into each. A processor waits for neighbouring stores' lines at the same time (Zen 4:
/// those of about eight stores); as a record is more stores than that, its lines would else come
/// one after the other. A prefetch for writing does not do it there: a line that this core still
/// holds, shared, stays shared. It does it elsewhere, a run ahead.
MR_BROADCAST_RING
[[gnu::noinline]] void MR_BROADCAST_RING_TYPE::take_lines(std::uint64_t end) noexcept {
  constexpr std::uint64_t line = Sync::line_bytes;
  constexpr std::uint64_t run = Sync::run_bytes;
  constexpr std::uint64_t mark = 1;  // not 0, lest something come to rely on zeroed words
  const std::uint64_t run_end = (end + run - 1) / run * run;
  std::uint64_t free_end = lossy ? std::min(limit_, announced_) : limit_;
  if (!Sync::template keeps<step::take_free_only>) free_end = run_end;
  const std::uint64_t to = std::min(run_end, free_end);
  // never the word at the tail, which readers look at
  std::uint64_t at = std::max(taken_, (tail_ / line + 1) * line);
  for (; at < to; at += line) {
    write_word(at & mask_, mark);
    if (at + run < free_end) words_.prefetch_write((at + run) & mask_);
  }
  taken_ = at;
}

}  // namespace millrace::sync

#undef MR_HOT
#undef MR_BROADCAST_RING
#undef MR_BROADCAST_RING_TYPE
