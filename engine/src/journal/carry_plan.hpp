// carry_plan: when a log is too long for what is alive in it, and by how much. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

namespace millrace::journal {

struct log_size {
  std::uint64_t bytes = 0;  ///< from the oldest needed segment on
  std::uint64_t live = 0;   ///< what the lanes' state would take
  std::uint64_t slack = 0;
  bool space_short = false;  ///< the disk is full
  bool futile = false;       ///< carrying has not shortened it, and little was written since
};

/// How many bytes of the oldest segments should be freed by carrying state forward; 0: it is not
/// worth it. A log of twice its live bytes and more costs one byte carried for each one written.
/// `live` is an estimate, and ends of segments are lost: what cannot be shortened is left alone.
constexpr std::uint64_t bytes_to_free(const log_size& log) noexcept {
  const std::uint64_t wanted = 2 * log.live + log.slack;
  if (log.bytes > (log.futile ? 2 * wanted : wanted))
    return std::max(log.bytes / 8, log.bytes - wanted);
  const std::uint64_t dead = log.bytes - std::min(log.bytes, log.live);
  // One segment a time: what is carried needs space itself, before it gives any back.
  return log.space_short && dead != 0 && dead >= log.bytes / 4 ? 1 : 0;
}

}  // namespace millrace::journal
