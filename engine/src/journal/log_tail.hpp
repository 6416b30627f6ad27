// log_tail: the end of the log, where the committer appends: which segment, where in it, what the
// next batch has to say of those before it, and how much of that is known to be on the device.
// Used by the committer, on its thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "journal/batch_buffer.hpp"
#include "journal/log_state.hpp"
#include "journal/recovery.hpp"
#include "journal/segment.hpp"

namespace millrace::journal {

class log_tail {
 public:
  static constexpr std::size_t group_batches_max = 64;

  struct options {
    std::uint32_t incarnation = 0;
    std::uint32_t batch_salt = 0;
  };

  log_tail(const options& wanted, log_state& state);

  /// Goes on at `end`; in `current` (null: in the first spare, when there is one). What was found
  /// there is on the device.
  void start(const log_end& end, segment* current) noexcept;

  /// Bytes for batches in the current segment; a seal has room beyond that, once.
  [[nodiscard]] std::uint64_t room() const noexcept;
  [[nodiscard]] bool has_room_for_seal() const noexcept;
  /// The keeper would like the current segment to be left.
  [[nodiscard]] bool should_leave() const noexcept;
  /// Leaves the segment for the next. False: none is ready, or too much of what was left has not
  /// been synced yet.
  bool next_segment() noexcept;

  /// A group: begin, add its batches, write. add() completes a batch's header and trailer.
  void begin_group() noexcept;
  void add(const format::batch_header& rest, const batch_buffer& batch) noexcept;
  /// One write. With `durable` the group is on the device afterwards, or, if dirty(), after a
  /// sync().
  io_status write(bool durable) noexcept;
  [[nodiscard]] std::uint64_t group_bytes() const noexcept { return group_bytes_; }

  /// Everything written to the current segment is on the device, once has_unsynced() is false.
  io_status sync() noexcept;
  /// Something in the current segment may not be on the device.
  [[nodiscard]] bool dirty() const noexcept { return dirty_; }
  /// Segments that were left are still to be synced, by the keeper: nothing may become durable yet.
  [[nodiscard]] bool has_unsynced() const noexcept { return !left_.empty(); }
  /// So it is, and the keeper is asked for them.
  bool must_wait() noexcept;
  /// Takes note of what the keeper has synced.
  void follow_keeper() noexcept;
  /// A group of level disk was written: who writes more of them will wait for the sync of this
  /// segment, once it is left.
  void hurry() noexcept { hurries_ = true; }
  /// Asks it for what is left.
  void want_synced() noexcept;
  /// What has not been asked for.
  [[nodiscard]] bool leaves_time() const noexcept { return left_count_ != left_wanted_; }

 private:
  /// A segment that was left before all of it was synced.
  struct left_segment {
    std::uint64_t last_group;
    std::uint64_t oldest;  ///< as its last batch says
  };

  [[nodiscard]] std::uint64_t oldest_to_say() noexcept;
  void leave() noexcept;
  void note_synced(std::uint64_t group, std::uint64_t oldest) noexcept;

  const options options_;
  log_state& state_;

  segment* current_ = nullptr;
  std::uint64_t offset_ = 0;  ///< where the next batch goes
  bool dirty_ = false;
  std::deque<left_segment> left_;
  std::uint64_t left_count_ = 0;   ///< how many there ever were
  std::uint64_t left_wanted_ = 0;  ///< of them, asked for
  std::uint64_t left_synced_ = 0;  ///< and known to be synced
  bool cached_here_ = false;       ///< the current segment was written through the page cache
  bool hurries_ = false;           ///< a group in it was of level disk

  std::uint64_t next_sequence_ = 1;
  std::uint64_t next_group_ = 1;
  std::uint64_t synced_group_ = 0;
  std::uint32_t last_crc_ = 0;
  std::uint64_t first_group_here_ = 0;   ///< in the current segment, since the start
  std::uint64_t oldest_ = 0;             ///< as the last group says
  std::uint64_t oldest_next_ = 0;        ///< as a later one will say
  std::uint64_t oldest_next_group_ = 0;  ///< once this group is on the device

  std::vector<bytes_view> pieces_;
  std::uint64_t group_bytes_ = 0;
  bool seals_ = false;      ///< its last batch is a seal, which is alone in a group
  bool scattered_ = false;  ///< a part of it does not lie on whole blocks of memory
};

}  // namespace millrace::journal
