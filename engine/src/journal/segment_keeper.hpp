// segment_keeper: makes spare segments before the committer needs them, uses old ones again, asks
// the lanes to carry forward what keeps the oldest ones alive, and knows when the disk is full. An
// agent: work() does one small step, so that commits are not held up by it; on a thread of its own
// or by whoever drives the journal.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "journal/lane_log.hpp"
#include "journal/log_state.hpp"
#include "journal/recovery.hpp"
#include "journal/segment.hpp"
#include "journal/segment_maker.hpp"
#include "journal/space_plan.hpp"
#include "sync/shared_number.hpp"

namespace millrace::journal {

class segment_keeper {
 public:
  struct options {
    std::uint64_t segment_bytes = 0;      ///< of a new one
    std::uint64_t segment_bytes_min = 0;  ///< of the first, and when space is short
    std::size_t spares = 2;               ///< that are kept ready
    std::uint64_t log_bytes_slack = 0;
    std::uint64_t append_bytes_max = millrace::journal::append_bytes_max;
    format::directory_id directory{};
    const base::clock* clock = nullptr;  ///< null: the monotonic clock
  };

  segment_keeper(const options& wanted, storage& directory, log_state& state,
                 std::span<lane_log* const> lanes);

  /// Takes over what recovery found. Returns the segment to go on in, or null: in the first spare;
  /// a directory without any gets a small one. errc::disk_full: there is no space even for that;
  /// errc::system.
  result<segment*> start(const recovery_report& report) noexcept;

  /// One step. False: there is nothing to do for now.
  bool work() noexcept;
  /// Monotonic time at which work() will find something without being rung; INT64_MAX: never.
  [[nodiscard]] std::int64_t due_ns() const noexcept;

  /// Bytes from the oldest needed segment to the current one; segments, spares included.
  [[nodiscard]] std::uint64_t log_bytes() const noexcept { return log_bytes_.value(); }
  [[nodiscard]] std::uint64_t segments() const noexcept { return segments_.value(); }

 private:
  bool sync_found(const log_end& end) noexcept;
  static bool write_again(segment& s, const log_end& end) noexcept;
  io_status adopt_spare(std::unique_ptr<segment> found) noexcept;
  io_status make_first() noexcept;
  bool sync_left() noexcept;
  bool follow_carriers() noexcept;
  bool ask_for_carrying() noexcept;
  void ask_for(std::uint64_t target) noexcept;
  bool shorten_round() noexcept;
  [[nodiscard]] std::uint64_t oldest_without(std::uint64_t bytes) const noexcept;
  [[nodiscard]] std::uint64_t bytes_before(std::uint64_t number) const noexcept;
  [[nodiscard]] std::uint64_t bytes_to_carry_off() noexcept;
  bool leave_current() noexcept;
  bool may_find_room(const space& now) noexcept;
  [[nodiscard]] bool is_stuck(const space& now) const noexcept;
  [[nodiscard]] space look() const noexcept;
  [[nodiscard]] bool wants_spare() const noexcept;
  bool prepare() noexcept;
  bool recycle() noexcept;
  [[nodiscard]] bool is_useful(const segment& old) const noexcept;
  [[nodiscard]] bool wants_cache(segment& old) const noexcept;
  bool make() noexcept;
  void no_space() noexcept;
  void add_spare(std::unique_ptr<segment> ready) noexcept;
  void publish() noexcept;
  bool fail(const char* what) noexcept;
  [[nodiscard]] bool has_unneeded() const noexcept;
  [[nodiscard]] std::size_t spare_count() const noexcept;
  [[nodiscard]] std::uint64_t spare_bytes() const noexcept;
  [[nodiscard]] live_size live() const noexcept;
  [[nodiscard]] std::uint64_t bytes_carried() const noexcept;
  [[nodiscard]] std::uint64_t bytes_decided() const noexcept;
  [[nodiscard]] std::uint64_t needed_bytes() const noexcept;
  [[nodiscard]] std::int64_t now_ns() const noexcept;

  const options options_;
  storage& directory_;
  log_state& state_;
  const std::vector<lane_log*> lanes_;
  segment_maker maker_;

  std::deque<std::unique_ptr<segment>> all_;  ///< by number: needed ones, the current, spares
  std::uint64_t all_bytes_ = 0;
  std::uint64_t next_bytes_;      ///< of the next segment that is made
  bool probed_ = false;           ///< it is known whether the disk has space
  bool full_ = false;             ///< and that it has none
  std::int64_t retry_at_ns_ = 0;  ///< when it has none
  std::uint64_t given_shown_ = 0;
  std::uint64_t needed_when_asked_ = 0;  ///< of the last round
  std::uint64_t used_when_asked_ = 0;
  std::uint64_t carried_when_asked_ = 0;
  /// Of `used`: as much was written as the last futile round took.
  std::uint64_t futile_until_ = 0;
  /// Going once through the whole log on a full disk, a round at a time.
  struct passage {
    std::uint64_t left = 0;     ///< bytes of the log that it has not come to
    std::uint64_t decided = 0;  ///< by lanes, when it began
    std::uint64_t live = 0;
  };
  std::optional<passage> pass_;
  bool nothing_to_ask_ = false;  ///< the last look found no round that might make room

  sync::shared_number log_bytes_;
  sync::shared_number segments_;
};

}  // namespace millrace::journal
