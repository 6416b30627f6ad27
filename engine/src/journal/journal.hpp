// The journal seam: where a lane's decisions become durable. A lane appends a batch, goes on, and
// lets a reply leave only when its level has reached the position it waits for.
// Called by one lane, on one thread at a time; failed() by any thread.
#pragma once

#include <millrace/types.hpp>
#include <span>

#include "journal/entry.hpp"

namespace millrace::journal {

/// What may be appended now.
enum class admission : std::uint8_t {
  open,      ///< everything
  reserved,  ///< the disk is full: only what gives space back (receives, deletes, timers)
  closed,    ///< nothing for the moment: wait
  held,      ///< only what is carried forward, which will make room for the rest: wait
  full,      ///< the disk is full, the reserve is used up, and nothing will make room: refuse
};

/// About what it takes to carry all of a lane's live state forward.
struct live_size {
  std::uint64_t bytes = 0;
  std::uint64_t growth = 0;  ///< of them, at most, more than it takes in the log now
};

/// How a lane's turn ended.
enum class turn_end : std::uint8_t {
  busy,
  idle,    ///< it found nothing to do
  asleep,  ///< nor will it look again before its bell is rung
};

class journal {
 public:
  journal() = default;
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;
  virtual ~journal() = default;

  /// Takes the entries in order and returns the position of the last one; those of level memory
  /// count but are not kept. Never blocks. Encoded they take no more than append_bytes_max, and
  /// admits() was not closed since the last append.
  virtual position append(std::span<const entry> entries) noexcept = 0;
  /// The same of state that is carried forward.
  virtual position append_carried(std::span<const entry> entries) noexcept {
    return append(entries);
  }

  /// Everything up to here survives what `level` promises, or what its own level promises if that
  /// is less: a reply of level disk does not wait for a sync of what was sent at level os. Only
  /// grows. Level memory: everything appended.
  [[nodiscard]] virtual position reached(durability level) const noexcept = 0;

  /// Once true, for ever: nothing beyond reached() will be acknowledged.
  [[nodiscard]] virtual bool failed() const noexcept = 0;

  [[nodiscard]] virtual admission admits() noexcept { return admission::open; }

  /// Whether the lane's doorbell is rung when reached() or failed() change; if not, a lane that
  /// waits for them must keep looking.
  [[nodiscard]] virtual bool rings() const noexcept { return false; }

  /// Hands over what was appended if the journal is ready for it; before the lane sleeps, in any
  /// case. Called at the end of every turn.
  virtual void offer(turn_end how) noexcept { static_cast<void>(how); }

  /// A number that grows when the lane should carry old state forward (docs/design/journal.md):
  /// everything whose latest full entry was marked with an epoch before carry_wanted(). The lane's
  /// bell is rung when it has changed: it falls when the disk has become full meanwhile, as less is
  /// wanted first then.
  [[nodiscard]] virtual std::uint32_t carry_wanted() const noexcept { return 0; }
  /// The epoch of what is appended until the next offer(): the lane marks state with it when it
  /// decides the state's full entry, before that is offered. Grows with the log: it is the number
  /// of the oldest segment in which such an entry can lie.
  [[nodiscard]] virtual std::uint32_t epoch() const noexcept { return 1; }
  /// The lane has appended again everything that lay before `epoch`.
  virtual void carried(std::uint32_t epoch) noexcept { static_cast<void>(epoch); }
  virtual void live(live_size size) noexcept { static_cast<void>(size); }
};

/// Most that one append() may take, encoded (format::encoded_bytes): a turn's worth and one more
/// operation.
constexpr std::size_t append_bytes_max = std::size_t{5} << 19;  // 2.5 MiB

/// The `memory` level: an entry is as durable as it gets when it is appended; nothing is kept.
class memory_journal final : public journal {
 public:
  position append(std::span<const entry> entries) noexcept override {
    return position_ += entries.size();
  }
  [[nodiscard]] position reached(durability) const noexcept override { return position_; }
  [[nodiscard]] bool failed() const noexcept override { return false; }

 private:
  position position_ = 0;
};

}  // namespace millrace::journal
