// log_state: the words and doorbells through which the lanes, the committer and the segment keeper
// of one journal see each other. They call nothing of one another; who writes a word is said there,
// everybody reads.
#pragma once

#include <cstdint>
#include <string>

#include "sync/doorbell.hpp"
#include "sync/inbox.hpp"
#include "sync/latch_flag.hpp"
#include "sync/published.hpp"
#include "sync/shared_number.hpp"
#include "sync/sync_policy.hpp"
#include "sync/watermark.hpp"

namespace millrace::journal {

struct segment;

/// What the committer would like of the lanes at the end of a turn.
enum class appetite : std::uint8_t {
  none,     ///< it is writing, or has enough to write
  settled,  ///< what they have, once they have nothing left to do
  any,      ///< what they have
};

struct log_state {
  static constexpr std::size_t spares_max = 256;
  /// How many segments that were left may not be on the device yet: what a group of level disk
  /// waits for at most, and what is synced after a restart.
  static constexpr std::size_t left_max = 4;

  // Written by the committer.
  /// Fail-stop: set before anything else is shown of what failed.
  alignas(sync::line_pair) sync::latch_flag failed;
  /// When a lane should hand over what it has.
  sync::published<appetite> wanted{appetite::any};
  /// Number of the segment that is written now; an entry appended later lies in no older one.
  sync::watermark current;
  /// Bytes of `given` that were written or passed over. Moved before the lanes' watermarks.
  sync::watermark used;
  /// The oldest segment that is needed, as a batch says that is on the device.
  sync::watermark oldest_durable;
  /// Segments that were left with bytes that may not be on the device: the keeper syncs them.
  sync::inbox<segment*> left{left_max};
  /// How many of them are wanted soon; the others are synced when the log is quiet.
  sync::watermark left_wanted;
  /// The segment that is written now, or the last, was written through the page cache.
  sync::published<bool> cached;

  // Written by the keeper.
  /// It failed for another reason than space; the committer makes that a fail-stop.
  alignas(sync::line_pair) sync::latch_flag broken;
  std::string broken_how;  ///< in words; written before that is set
  /// Segments that are ready, in order of number; the committer takes them.
  sync::inbox<segment*> spares{spares_max};
  /// How many of `left` it has synced.
  sync::watermark left_synced;
  /// Bytes for batches in all segments that were ever made ready.
  sync::watermark given;
  /// Bytes of `given` - `used` that are kept for what gives space back.
  sync::published<std::uint64_t> reserve;
  /// And of these, what is kept for carrying state forward.
  sync::published<std::uint64_t> kept_for_carrying;
  /// `used` as it was when the keeper saw that nothing more will make room by itself.
  sync::published<std::uint64_t> stuck_at{UINT64_MAX};
  /// No spare segment could be made.
  sync::published<bool> disk_full;
  /// The committer should leave this segment, if it is the current one, full or not.
  sync::watermark leave;
  /// What lies before this segment should be carried forward, if it is above `oldest`. Lower than
  /// before when the disk has become full.
  sync::published<std::uint64_t> carry;
  /// The oldest segment that is needed; the committer's next batch says so.
  sync::watermark oldest;

  /// Written by whichever lane hands over: the processor on which it does.
  alignas(sync::line_pair) sync::shared_number lane_cpu;

  sync::doorbell committer_bell;  ///< rung by lanes and the keeper
  sync::doorbell keeper_bell;     ///< rung by lanes and the committer
};

}  // namespace millrace::journal
