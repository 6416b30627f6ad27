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
  std::uint64_t log = 0;      ///< of those that are needed
  std::uint64_t newest = 0;   ///< of the last that is ready
  std::uint64_t largest = 0;  ///< of all that are there
  std::uint64_t round = 0;    ///< of the segments that carrying would free next, or is freeing
  std::uint64_t carried = 0;  ///< has been carried out of these already
  std::uint64_t coming = 0;   ///< of segments that are free, and not ready yet
  std::uint64_t growth = 0;   ///< by which all that is alive is longer when it has been carried
  std::uint64_t append = 0;   ///< most that one append takes in a segment
  std::uint64_t lanes = 1;
  std::uint64_t segment = 0;
  std::uint64_t segment_min = 0;
  bool full = false;  ///< nothing more could be made
};

/// For one round of carrying: all of it may be alive, in batches that do not fit behind the ends of
/// the segments into which they go, and the last step of it wants room like any append.
constexpr std::uint64_t carry_room(const space& s) noexcept {
  return s.round + s.round / 4 + s.append;
}

/// What only carrying may use. A larger segment than the next may follow; a log of which nothing is
/// dead becomes longer while all of it is carried; and lanes do not see what others have under way.
constexpr std::uint64_t kept_for_carrying(const space& s) noexcept {
  const std::uint64_t most = std::max(s.round, s.largest);
  const std::uint64_t round = most + most / 4;
  const std::uint64_t whole_log = std::min(s.log / 32 + s.growth, 4 * s.segment);
  return round - std::min(round, s.carried + s.coming) + whole_log + s.append +
         (s.lanes - 1) * (s.append / 4);
}

/// What deletes, receives and timers may use before carrying has given any of it back.
constexpr std::uint64_t kept_for_deletes(const space& s) noexcept {
  return std::max(s.segment_min, std::min(s.all / 8, 4 * s.segment));
}

/// What must be left after everything else. A full disk shows when the next spare cannot be made,
/// and then what is left must do.
constexpr std::uint64_t reserve(const space& s) noexcept {
  return std::max(s.newest, kept_for_carrying(s) + kept_for_deletes(s));
}

/// Whether one more spare should be made, however many there are.
constexpr bool too_little(const space& s) noexcept { return s.left < reserve(s) + 2 * s.append; }

/// Deletes have used half of what is kept for them: carrying must give it back before the other
/// half is gone.
constexpr bool runs_short(const space& s) noexcept {
  return s.full && s.left < kept_for_carrying(s) + kept_for_deletes(s) / 2;
}

/// They have used all of it, and wait.
constexpr bool is_short(const space& s) noexcept {
  return s.full && s.left < kept_for_carrying(s) + s.append;
}

}  // namespace millrace::journal
