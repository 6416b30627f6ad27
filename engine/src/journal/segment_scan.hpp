// Looks for batches in a segment by what they say of themselves, without following the log: for
// what lies behind its end, and for where it goes on behind damage. One thread.
#pragma once

#include <optional>

#include "journal/format.hpp"
#include "journal/segment_window.hpp"

namespace millrace::journal {

struct found_batch {
  std::uint64_t offset = 0;  ///< where the batch starts
  format::batch_header header;
  std::uint32_t crc = 0;
  bool by_trailer = false;  ///< its header is not valid, its trailer is

  [[nodiscard]] std::uint64_t end_offset() const noexcept { return offset + header.place_bytes(); }
  [[nodiscard]] std::uint64_t end_sequence() const noexcept {
    return header.first_sequence + header.entries;
  }
};

/// The batch whose header lies at `offset`, of segment `number` and wholly in the file; else
/// nothing.
std::optional<found_batch> batch_at(segment_window& in, std::uint64_t number, std::uint32_t salt,
                                    std::uint64_t offset) noexcept;

/// The first batch of segment `number` that starts at `from` (a multiple of block) or behind and
/// has a valid header or trailer.
std::optional<found_batch> next_batch(segment_window& in, std::uint64_t number, std::uint32_t salt,
                                      std::uint64_t from) noexcept;

}  // namespace millrace::journal
