// space_plan: what the bytes that are ready to be written are kept for, so that a full disk can
// always be got out of: freeing the oldest segment takes room for what is alive in it, deletes take
// room before they give any back, and everything else comes last. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

namespace millrace::journal {

struct space {
  std::uint64_t left = 0;     ///< bytes of segments that are ready and not written
  std::uint64_t all = 0;      ///< of all segments
  std::uint64_t newest = 0;   ///< of the last that is ready
  std::uint64_t largest = 0;  ///< of all that are there
  std::uint64_t round = 0;    ///< of the segments that carrying would free next
  std::uint64_t append = 0;   ///< most that one append takes in a segment
  std::uint64_t segment = 0;
  std::uint64_t segment_min = 0;
  bool full = false;  ///< nothing more could be made
};

/// For one round of carrying. What does not fit behind the end of a segment is lost to it.
constexpr std::uint64_t carry_room(const space& s) noexcept { return s.round + s.append; }

/// What must be left after everything but deletes, receives and timers. A full disk shows when the
/// next spare cannot be made, and then what is left must do.
constexpr std::uint64_t reserve(const space& s) noexcept {
  const std::uint64_t rounds = std::max(s.round, s.largest) + s.append;
  if (s.full) return rounds + std::min(s.all / 4, 4 * s.segment);
  return std::max(s.newest, rounds + s.segment_min);
}

/// Whether one more spare should be made, however many there are.
constexpr bool too_little(const space& s) noexcept {
  space ample = s;
  ample.full = false;
  return s.left < reserve(ample) + 2 * s.append;
}

/// Deletes have used half of what is kept for them.
constexpr bool runs_short(const space& s) noexcept {
  return s.full && s.left < carry_room(s) + (reserve(s) - carry_room(s)) / 2;
}

}  // namespace millrace::journal
