// Broadcast ring: one producer publishes variable-size records, every reader sees each of them.
// A lane owns the producing side and calls it on its own thread; each reader lives on a thread of
// its own. Readers are broadcast_ring_tethered.hpp (hold the producer back) and
// broadcast_ring_untethered.hpp (may be lapped).
//
// State       A byte ring of a power of two bytes, `words_`; positions count bytes since the start,
//             64 bits, and only grow; offset = position mod capacity.
// Invariants  I1  tail <= limit, limit = (a lower bound of every tethered gate) + capacity.
//             I2  the word at `tail` is 0 when `tail` becomes reachable: it is zeroed before the
//                 commit word of the frame that ends there.
//             I3  a frame never wraps, and is at most capacity/2 long (lossy readers: /4), so that
//                 it fits beside the padding before it.
//             I4  a position p is intact as long as intent <= p + capacity; intent grows before
//                 the first byte of a new frame is written (rings with lossy readers).
//             I5  anchor is a frame boundary less than 5/8 of the capacity before intent.
//             I6  what the producer stores ahead, to take lines, lies behind the word at the tail,
//                 below limit, and below intent (rings with lossy readers).
// Writers     words_, tail, intent, anchor: the producer. A gate: its reader, and the joining
//             thread before that. Roster: joining threads and the producer.
// Lines       fixed | producer-private | tail | intent, anchor | roster | one line pair for each
// reader.
//             Tail is read by joining threads only; intent is announced capacity/16 ahead, so its
//             line stays shared in the readers' caches.
// Orders      R1-A1 commit word, R2-A2 gate, R3-A3 tail, R4-A4 and R5-A5 roster, R6-A6 words that
//             lossy readers copy, R7-A7 zeroed words, R8-A8 anchor, R9-A9 its record number,
//             R10-A10 reader slot.
// Progress    try_claim, publish: wait-free, O(readers) when the cached limit is used up. Poll:
//             wait-free. Join: lock-free (a compare-and-swap loop against other joins). A
//             suspended tethered reader stops the producer after one capacity; an untethered one
//             stops nobody.
// Checked by  tests/unit/sync/broadcast_ring_test.cpp, broadcast_ring_stress_test.cpp (thread
//             sanitizer), tests/model/rings/broadcast_ring_model.cpp (each order weakened in
//             turn; lossy readers are lapped between any two loads in `broadcast_lapped`).
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "sync/broadcast_ring_frame.hpp"
#include "sync/sync_policy.hpp"

namespace millrace::sync {

/// Which readers a ring admits. `tethered_only` payload is plain memory, written and read in place;
/// `any` payload goes through atomic words, so that a lapped reader's copy is no data race.
enum class broadcast_readers : std::uint8_t { tethered_only, any };

/// The labelled operations of the ring, for the model's mutants.
namespace broadcast_site {
enum order : int { r1, a1, r2, a2, r3, a3, r4, a4, r5, a5, r6, a6, r7, r8, a8, r9, a9, r10, a10 };
enum step : int {
  zero_ahead,
  gate_next_word,
  announce_intent,
  check_header,
  check_copy,
  take_free_only
};
}  // namespace broadcast_site

template <class Sync, class Ring>
class tethered_reader;
template <class Sync, class Ring>
class untethered_reader;

template <class Sync, broadcast_readers Readers = broadcast_readers::tethered_only,
          std::size_t ReadersMax = 32>
class broadcast_ring {
  using site = broadcast_site::order;
  using step = broadcast_site::step;
  static constexpr bool lossy = Readers == broadcast_readers::any;
  static constexpr std::uint64_t no_gate = ~std::uint64_t{0};

 public:
  using words = typename Sync::words;

  /// Space for one frame, returned by try_claim; false when there was none. Producer's thread only,
  /// one at a time, valid until publish or abort.
  class claim {
   public:
    explicit operator bool() const noexcept { return length_ != 0; }
    [[nodiscard]] std::uint32_t count() const noexcept { return header_.count; }

    /// The next record's bytes, to be filled in place (rings of tethered readers only).
    [[nodiscard]] typename words::place next() noexcept requires(!lossy) {
      const std::size_t size = take_size();
      return ring_->words_.plain_place(std::exchange(at_, at_ + round_to_word(size)), size);
    }
    /// Copies the next record in; reads exactly its claimed size from `from`.
    void put(const void* from) noexcept {
      const std::size_t size = take_size();
      ring_->write(std::exchange(at_, at_ + round_to_word(size)), from, size);
    }

   private:
    friend class broadcast_ring;
    [[nodiscard]] std::size_t take_size() noexcept {
      return sizes_ ? sizes_[index_++] : static_cast<std::size_t>(header_.size);
    }

    broadcast_ring* ring_ = nullptr;
    std::uint64_t length_ = 0;
    std::uint64_t at_ = 0;                  ///< offset of the next record
    const std::uint32_t* sizes_ = nullptr;  ///< table frames: the caller's sizes
    std::uint32_t index_ = 0;
    frame_header header_{};
  };

  /// `memory`: capacity_min..4 GiB, a power of two, aligned to 8 (better: 128). It need not be
  /// zero.
  explicit broadcast_ring(words memory) noexcept
      : words_(memory), mask_(memory.size() - 1), limit_(memory.size()) {
    words_.store(0, 0, std::memory_order_relaxed);  // relaxed: no reader exists yet
  }
  broadcast_ring(const broadcast_ring&) = delete;
  broadcast_ring& operator=(const broadcast_ring&) = delete;

  [[nodiscard]] static constexpr bool accepts_capacity(std::size_t bytes) noexcept {
    return std::has_single_bit(bytes) && bytes >= Sync::capacity_min;
  }
  [[nodiscard]] std::uint64_t capacity() const noexcept { return mask_ + 1; }
  /// Longest frame in bytes, commit word (and size table) included: it must fit beside the padding
  /// before it, and with lossy readers leave room behind the anchor.
  [[nodiscard]] std::uint64_t frame_max() const noexcept { return capacity() / (lossy ? 4 : 2); }

  // -- Producer: one thread -----------------------------------------------------------------------

  /// Claims one frame of `count` records of `size` bytes each. False: no room now (a tethered
  /// reader is behind), or the frame is empty or longer than frame_max().
  [[nodiscard]] claim try_claim(std::uint32_t count, std::uint32_t size) noexcept {
    return claim_frame({frame_kind::uniform, count, size});
  }
  /// Claims one frame of records of different sizes; `sizes` stays readable until publish or abort.
  [[nodiscard]] claim try_claim(std::span<const std::uint32_t> sizes) noexcept;

  /// Makes the frame visible to every reader, in one release store. All of its records are filled.
  void publish(claim& frame) noexcept {
    commit(frame.header_, frame.length_);
    // for the next frame, while nobody waits for it; as if it were as long
    const std::uint64_t next_end = tail_ + frame.length_ + frame_header::bytes;
    if (next_end > taken_) [[unlikely]]
      take_lines(next_end);
    frame.length_ = 0;
  }
  /// Gives the space back; nothing was published.
  void abort(claim& frame) noexcept { frame.length_ = 0; }

  /// One record, one frame. False as in try_claim.
  [[nodiscard]] bool try_publish(std::span<const std::byte> record) noexcept {
    claim frame = try_claim(1, static_cast<std::uint32_t>(record.size()));
    if (!frame) return false;
    frame.put(record.data());
    publish(frame);
    return true;
  }
  /// `count` records of `size` bytes that lie one after the other at `records`: all or none.
  [[nodiscard]] bool publish_batch(const void* records, std::uint32_t count,
                                   std::uint32_t size) noexcept {
    claim frame = claim_frame({frame_kind::uniform, count, size});
    if (!frame) return false;
    if (size % sizeof(std::uint64_t) == 0) {
      write(frame.at_, records, std::size_t{count} * size);  // they lie in the ring as they do here
    } else {
      const auto* from = static_cast<const std::byte*>(records);
      for (std::uint32_t i = 0; i < count; ++i, from += size) frame.put(from);
    }
    publish(frame);
    return true;
  }

  /// Bytes published so far, commit words and padding included. Producer's thread.
  [[nodiscard]] std::uint64_t position() const noexcept { return tail_; }

 private:
  friend class tethered_reader<Sync, broadcast_ring>;
  friend class untethered_reader<Sync, broadcast_ring>;
  template <class T>
  using atomic = typename Sync::template atomic<T>;

  struct alignas(line_pair) reader_slot {
    atomic<std::uint64_t> gate{no_gate};  ///< everything below was read; no_gate: holds nobody
    atomic<std::uint32_t> taken{0};
  };
  /// Roster word: number of joins and scans in the upper bits, highest slot in use + 1 in the
  /// lower.
  static constexpr std::uint64_t roster_step = 256;
  static_assert(ReadersMax > 0 && ReadersMax < roster_step);

  [[nodiscard]] claim claim_frame(frame_header header) noexcept;
  [[nodiscard]] bool make_room(std::uint64_t end) noexcept;
  [[nodiscard]] bool raise_limit(std::uint64_t end) noexcept;
  [[nodiscard]] std::uint64_t lowest_gate(std::uint64_t slots) const noexcept;
  [[nodiscard]] bool reserve(std::uint64_t length) noexcept;
  void commit(frame_header header, std::uint64_t length) noexcept;
  void drop_anchor() noexcept;
  void write(std::uint64_t offset, const void* from, std::size_t size) noexcept;
  void write_word(std::uint64_t offset, std::uint64_t value) noexcept;
  void take_lines(std::uint64_t end) noexcept;

  // Fixed; readers keep copies.
  words words_;
  const std::uint64_t mask_;

  // Producer-private.
  alignas(line_pair) std::uint64_t tail_ = 0;
  std::uint64_t limit_;          ///< may write below this without looking at the gates
  std::uint64_t taken_ = 0;      ///< lines below were taken for writing
  std::uint64_t records_ = 0;    ///< rings with lossy readers only
  std::uint64_t announced_ = 0;  ///< own copy of intent_
  std::uint64_t anchored_ = 0;   ///< own copy of anchor_

  // Written by the producer, read by others.
  alignas(line_pair) atomic<std::uint64_t> published_tail_{0};
  alignas(line_pair) atomic<std::uint64_t> intent_{0};
  atomic<std::uint64_t> anchor_{0};
  atomic<std::uint64_t> anchor_records_{0};

  // Written by joining threads.
  alignas(line_pair) atomic<std::uint64_t> roster_{0};
  std::array<reader_slot, ReadersMax> slots_;
};

}  // namespace millrace::sync

#include "sync/broadcast_ring_producer.hpp"  // IWYU pragma: export
