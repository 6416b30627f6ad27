// A tethered reader of a broadcast ring: reads records in place and holds the producer back until
// it has released them. Lives on one consumer thread; joins and leaves at run time.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "sync/broadcast_ring.hpp"

namespace millrace::sync {

template <class Sync, class Ring>
class tethered_reader {
  using site = broadcast_site::order;

 public:
  using view = typename Ring::words::view;

  /// Joins at the tail: sees what is published from now on. Empty when ReadersMax readers are
  /// joined. Any thread; the reader then belongs to one.
  [[nodiscard]] static std::optional<tethered_reader> join(Ring& ring) noexcept;

  tethered_reader(tethered_reader&& other) noexcept
      : words_(other.words_),
        mask_(other.mask_),
        ring_(std::exchange(other.ring_, nullptr)),
        slot_(other.slot_),
        next_(other.next_),
        released_(other.released_),
        form_(other.form_),
        open_(other.open_) {}
  tethered_reader& operator=(tethered_reader&&) = delete;
  ~tethered_reader() {
    if (ring_) leave();
  }

  /// Hands up to `limit` records to `deliver(view)`, oldest first, and returns how many. What an
  /// earlier poll handed out is invalid from here on (it is released to the producer every
  /// capacity/8, and when there is nothing to read). Reads in place, no copy.
  template <class Deliver>
  std::size_t poll(std::size_t limit, Deliver&& deliver) noexcept;

  /// Releases everything handed out so far, now.
  void release() noexcept { release_to(next_); }

  /// Bytes published before the next record's frame.
  [[nodiscard]] std::uint64_t position() const noexcept { return next_; }

 private:
  /// How far ahead lines are fetched, once a poll has met a backlog of this many records. A
  /// consumer that works on each record would wait for them one by one. Not earlier, nor further:
  /// at the tail it would take lines away from the producer.
  static constexpr std::uint64_t read_ahead = 256;
  static constexpr std::size_t backlog_min = 8;

  /// A uniform frame's form, decoded; kept, because the next frame mostly has the same.
  struct frame_form {
    std::uint64_t word = ~std::uint64_t{0};  ///< its commit word; at first one that never occurs
    std::uint64_t size = 0;                  ///< bytes of one record
    std::uint64_t length = 0;
    std::uint64_t count = 0;
  };
  /// The frame at next_ while it is delivered in pieces: a table, or what a limit cut through.
  struct open_frame {
    frame_header header{};
    std::uint32_t left = 0;  ///< records not yet delivered; 0: no frame is open
    std::uint64_t at = 0;    ///< offset of the next one
  };

  tethered_reader(Ring& ring, std::size_t slot, std::uint64_t start) noexcept
      : words_(ring.words_),
        mask_(ring.mask_),
        ring_(&ring),
        slot_(slot),
        next_(start),
        released_(start) {}

  template <class Deliver>
  std::size_t open(std::uint64_t position, frame_header header, std::size_t limit,
                   Deliver& deliver) noexcept;
  template <class Deliver>
  std::size_t deliver_open(std::size_t limit, Deliver& deliver) noexcept;
  void release_to(std::uint64_t position) noexcept {
    released_ = position;
    // [R2] release: this reader's reads below `position`; pairs with [A2]
    ring_->slots_[slot_].gate.store(position, Sync::template release<site::r2>);
  }
  void leave() noexcept;
  /// Size of record `index` of the frame whose records' sizes stand at offset `table`.
  [[nodiscard]] std::uint64_t table_size(std::uint64_t table, std::uint32_t index) const noexcept {
    const std::uint64_t pair = words_.plain_load(table + index / 2 * sizeof(std::uint64_t));
    return index % 2 == 0 ? pair & 0xffffffffU : pair >> 32;
  }

  typename Ring::words words_;
  std::uint64_t mask_;
  Ring* ring_;  ///< null when moved from
  std::size_t slot_;
  std::uint64_t next_;      ///< position of the frame being read, or to be read
  std::uint64_t released_;  ///< own copy of the gate
  frame_form form_;
  open_frame open_;
};

template <class Sync, class Ring>
auto tethered_reader<Sync, Ring>::join(Ring& ring) noexcept -> std::optional<tethered_reader> {
  std::size_t slot = 0;
  for (;; ++slot) {
    if (slot == ring.slots_.size()) return std::nullopt;
    std::uint32_t free = 0;
    // [A10] acquire: the leaving reader's last gate store; pairs with [R10]
    if (ring.slots_[slot].taken.compare_exchange_strong(free, 1, Sync::template acquire<site::a10>,
                                                        std::memory_order_relaxed)) {
      break;  // relaxed on failure: the slot is another's, nothing of it is read
    }
  }
  auto& gate = ring.slots_[slot].gate;
  // A first gate, so that no scan from here on lets the producer run past what we will read.
  // relaxed load: any tail of the past will do
  const std::uint64_t first = ring.published_tail_.load(std::memory_order_relaxed);
  // [R2] release: the reads of the slot's previous reader, replaced here; pairs with [A2]
  gate.store(first, Sync::template release<site::r2>);
  std::uint64_t roster = ring.roster_.load(std::memory_order_relaxed);  // relaxed: only a guess
  std::uint64_t joined = 0;
  do {
    const std::uint64_t slots = std::max<std::uint64_t>(roster % Ring::roster_step, slot + 1);
    joined = (roster / Ring::roster_step + 1) * Ring::roster_step + slots;
    // [R5] release: the gate, to a later scan; pairs with [A5]
    // [A4] acquire: the tail at an earlier scan, which missed the gate; pairs with [R4]
  } while (!ring.roster_.compare_exchange_weak(
      roster, joined, Sync::template both<site::r5, site::a4>, std::memory_order_relaxed));
  // A scan that missed our gate allows at most its tail + capacity, and we start no earlier.
  // [A3] acquire: the word at the tail is zero or committed; pairs with [R3]
  const std::uint64_t start = ring.published_tail_.load(Sync::template acquire<site::a3>);
  // [R2] release: as above, for a producer that sees only this gate; pairs with [A2]
  gate.store(start, Sync::template release<site::r2>);
  return tethered_reader(ring, slot, start);
}

template <class Sync, class Ring>
template <class Deliver>
std::size_t tethered_reader<Sync, Ring>::poll(std::size_t limit, Deliver&& deliver) noexcept {
  if (next_ - released_ > mask_ / 8) release_to(next_);
  std::size_t done = open_.left != 0 ? deliver_open(limit, deliver) : 0;
  // Locals, not members: what the loop carries from frame to frame stays in registers.
  const auto words = words_;
  const std::uint64_t mask = mask_;
  frame_form form = form_;
  std::uint64_t next = next_;
  while (done < limit) {
    const std::uint64_t offset = next & mask;
    // [A1] acquire: the frame's records and the zeroed word behind it; pairs with [R1]
    const std::uint64_t word = words.load(offset, Sync::template acquire<site::a1>);
    // The same form again costs no decoding, and the processor runs on to the next frame on a
    // predicted branch instead of waiting for this load to learn where that frame is.
    if (word != form.word) {
      if (word == 0) break;
      const frame_header header = frame_header::decode(word);
      if (header.kind == frame_kind::padding) {
        next += header.length();
        continue;
      }
      if (header.kind == frame_kind::table) {
        done += open(next, header, limit - done, deliver);
        next = next_;
        continue;
      }
      form_ = form = {word, header.size, header.length(), header.count};
    }
    if (form.count > limit - done) [[unlikely]] {
      done += open(next, frame_header::decode(word), limit - done, deliver);
      next = next_;
      break;
    }
    std::uint64_t at = offset + frame_header::bytes;
    for (std::uint64_t i = 0; i < form.count; ++i, at += round_to_word(form.size)) {
      deliver(words.plain_view(at, form.size));
    }
    done += form.count;
    next += form.length;
    if (done >= backlog_min) words.prefetch_read((next + read_ahead) & mask);
  }
  next_ = next;
  if (done == 0 && released_ != next) release_to(next);
  return done;
}

/// Starts with the frame at `position` and delivers up to `limit` of its records.
template <class Sync, class Ring>
template <class Deliver>
[[gnu::noinline]] std::size_t tethered_reader<Sync, Ring>::open(std::uint64_t position,
                                                                frame_header header,
                                                                std::size_t limit,
                                                                Deliver& deliver) noexcept {
  next_ = position;
  open_ = {header, header.count, (position & mask_) + frame_header::bytes};
  if (header.kind == frame_kind::table) open_.at += frame_header::table_bytes(header.count);
  return deliver_open(limit, deliver);
}

/// Delivers up to `limit` of the records that are left of the open frame.
template <class Sync, class Ring>
template <class Deliver>
std::size_t tethered_reader<Sync, Ring>::deliver_open(std::size_t limit,
                                                      Deliver& deliver) noexcept {
  const auto now = static_cast<std::uint32_t>(std::min<std::size_t>(open_.left, limit));
  const std::uint64_t table = (next_ & mask_) + frame_header::bytes;
  std::uint64_t at = open_.at;
  std::uint32_t index = open_.header.count - open_.left;
  for (const std::uint32_t end = index + now; index < end; ++index) {
    const std::uint64_t size =
        open_.header.kind == frame_kind::table ? table_size(table, index) : open_.header.size;
    deliver(words_.plain_view(at, size));
    at += round_to_word(size);
  }
  open_.left -= now;
  open_.at = at;
  if (open_.left == 0) next_ += open_.header.length();
  return now;
}

template <class Sync, class Ring>
void tethered_reader<Sync, Ring>::leave() noexcept {
  release_to(Ring::no_gate);
  // [R10] release: the gate that holds nobody, to the slot's next reader; pairs with [A10]
  ring_->slots_[slot_].taken.store(0, Sync::template release<site::r10>);
}

}  // namespace millrace::sync
