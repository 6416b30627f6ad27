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
      : ring_(std::exchange(other.ring_, nullptr)), slot_(other.slot_), next_(other.next_),
        released_(other.released_), frame_(other.frame_) {}
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
  /// What is left of a frame that an earlier limit cut through.
  struct open_frame {
    std::uint64_t at = 0;     ///< offset of the next record
    std::uint64_t size = 0;   ///< uniform: of every record
    std::uint64_t table = 0;  ///< offset of the next size; 0: uniform
    std::uint32_t left = 0;
    std::uint64_t length = 0;
  };

  tethered_reader(Ring& ring, std::size_t slot, std::uint64_t start) noexcept
      : ring_(&ring), slot_(slot), next_(start), released_(start) {}

  [[nodiscard]] bool open_next() noexcept;
  void release_to(std::uint64_t position) noexcept {
    released_ = position;
    // [R2] release: this reader's reads below `position`; pairs with [A2]
    ring_->slots_[slot_].gate.store(position, Sync::template release<site::r2>);
  }
  void leave() noexcept;
  [[nodiscard]] std::uint64_t take_size() noexcept {
    if (frame_.table == 0) return frame_.size;
    const std::uint64_t pair = ring_->words_.plain_load(frame_.table & ~std::uint64_t{7});
    const bool second = (frame_.table & 4) != 0;
    frame_.table += sizeof(std::uint32_t);
    return second ? pair >> 32 : pair & 0xffffffffU;
  }

  Ring* ring_;
  std::size_t slot_;
  std::uint64_t next_;      ///< position of the frame being read, or to be read
  std::uint64_t released_;  ///< own copy of the gate
  open_frame frame_;
};

template <class Sync, class Ring>
auto tethered_reader<Sync, Ring>::join(Ring& ring) noexcept -> std::optional<tethered_reader> {
  std::size_t slot = 0;
  for (;; ++slot) {
    if (slot == ring.slots_.size()) return std::nullopt;
    std::uint32_t free = 0;
    // [A10] acquire: the leaving reader's last gate store; pairs with [R10]
    if (ring.slots_[slot].taken.compare_exchange_strong(
            free, 1, Sync::template acquire<site::a10>, std::memory_order_relaxed)) {
      break;  // relaxed on failure: the slot is another's, nothing of it is read
    }
  }
  auto& gate = ring.slots_[slot].gate;
  // A first gate, so that no scan from here on lets the producer run past what we will read.
  // relaxed: carried by [R5]
  gate.store(ring.published_tail_.load(std::memory_order_relaxed), std::memory_order_relaxed);
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
  gate.store(start, std::memory_order_relaxed);  // relaxed: nothing below was read
  return tethered_reader(ring, slot, start);
}

template <class Sync, class Ring>
template <class Deliver>
std::size_t tethered_reader<Sync, Ring>::poll(std::size_t limit, Deliver&& deliver) noexcept {
  if (next_ - released_ >= ring_->capacity() / 8) release_to(next_);
  std::size_t done = 0;
  while (done < limit) {
    if (frame_.left == 0 && !open_next()) break;
    const auto now = static_cast<std::uint32_t>(
        std::min<std::size_t>(frame_.left, limit - done));
    for (std::uint32_t i = 0; i < now; ++i) {
      const std::uint64_t size = take_size();
      deliver(ring_->words_.plain_view(frame_.at, size));
      frame_.at += round_to_word(size);
    }
    done += now;
    frame_.left -= now;
    if (frame_.left == 0) next_ += frame_.length;
  }
  if (done == 0 && released_ != next_) release_to(next_);
  return done;
}

/// Opens the frame at next_, skipping padding. False: nothing is published there yet.
template <class Sync, class Ring>
bool tethered_reader<Sync, Ring>::open_next() noexcept {
  for (;;) {
    const std::uint64_t offset = next_ & ring_->mask_;
    // [A1] acquire: the frame's records and the zeroed word behind it; pairs with [R1]
    const std::uint64_t word = ring_->words_.load(offset, Sync::template acquire<site::a1>);
    if (word == 0) return false;
    const frame_header header = frame_header::decode(word);
    const std::uint64_t length = header.length();
    if (header.kind == frame_kind::padding) [[unlikely]] {
      next_ += length;
      continue;
    }
    frame_ = {offset + frame_header::bytes, header.size, 0, header.count, length};
    if (header.kind == frame_kind::table) {
      frame_.table = frame_.at;
      frame_.at += frame_header::table_bytes(header.count);
    }
    return true;
  }
}

template <class Sync, class Ring>
void tethered_reader<Sync, Ring>::leave() noexcept {
  release_to(Ring::no_gate);
  // [R10] release: the gate that holds nobody, to the slot's next reader; pairs with [A10]
  ring_->slots_[slot_].taken.store(0, Sync::template release<site::r10>);
}

}  // namespace millrace::sync
