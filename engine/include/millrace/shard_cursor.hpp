// shard_cursor: a reader of one shard in the engine's own process. It looks at the shard's newest
// records where they lie in memory, on the caller's thread, without a call to the lane; any number
// of cursors read beside one another and none holds up another or the producers. A cursor that has
// fallen back further than the shard's ring holds (4,096 records) reads through the lane until it
// has caught up, and then goes on in the ring; nothing is left out either way.
//
// Threads: a cursor belongs to its client: same thread, and it must not outlive it. One client may
// have many cursors; for readers on several threads open a client on each.
// Progress: next() in the ring is wait-free and makes no system call; else it is a call of the
// lane. With thread_mode::none somebody has to poll the lane, or nothing new becomes visible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <millrace/export.hpp>
#include <millrace/result.hpp>
#include <millrace/stream.hpp>
#include <span>
#include <vector>

namespace millrace {
inline namespace v1 {

namespace detail {
class cursor_core;
}

/// How a cursor got what it has read.
struct cursor_counters {
  std::uint64_t records_in_place = 0;  ///< read in the shard's ring
  std::uint64_t records_by_lane = 0;   ///< read through the lane
  std::uint64_t laps = 0;              ///< times that the ring had moved on past this cursor
};

class MR_EXPORT shard_cursor {
 public:
  shard_cursor() noexcept;
  shard_cursor(shard_cursor&&) noexcept;
  shard_cursor& operator=(shard_cursor&&) noexcept;
  ~shard_cursor();

  /// The next records in order, at most `max` (and 512 of those in the ring); none: nothing is
  /// there now. They are valid until the next call of this cursor. As a consumer:
  /// errc::subscription_taken_over, consumer_does_not_exist. Else stream_does_not_exist,
  /// shard_does_not_exist, journal_failed; would_block: the client's window is full.
  result<std::span<const record_view>> next(std::size_t max = 512);
  /// The same, but if nothing is there waits for a first record, through the lane.
  result<std::span<const record_view>> wait(std::int64_t wait_ms, std::size_t max = 512);

  /// Whose next record next() brings.
  [[nodiscard]] shard_position position() const noexcept;
  /// The shard is closed and all of it has been read: nothing comes any more.
  [[nodiscard]] bool end_of_shard() const noexcept;
  /// Then: the shards that came out of it.
  [[nodiscard]] const std::vector<shard_description>& children() const noexcept;
  [[nodiscard]] cursor_counters counters() const noexcept;

 private:
  friend class stream_client;
  std::unique_ptr<detail::cursor_core> core_;
};

}  // namespace v1
}  // namespace millrace
