#include "journal/segment_scan.hpp"

#include "base/mutant.hpp"

namespace millrace::journal {

using format::batch_header_bytes;
using format::block;

std::optional<found_batch> batch_at(segment_window& in, std::uint64_t number, std::uint32_t salt,
                                    std::uint64_t offset) noexcept {
  const auto decoded = format::decode_batch(in.at(offset, batch_header_bytes), salt);
  if (!decoded) return {};
  if (decoded->header.segment != number && !MR_MUTANT(earlier_life_accepted)) return {};
  const found_batch found{offset, decoded->header, decoded->crc, false};
  if (found.end_offset() > in.size()) return {};
  return found;
}

std::optional<found_batch> next_batch(segment_window& in, std::uint64_t number, std::uint32_t salt,
                                      std::uint64_t from) noexcept {
  for (std::uint64_t at = from; at + block <= in.size(); at += block) {
    if (const auto found = batch_at(in, number, salt, at)) return found;
    const bytes_view trailer = in.at(at + block - batch_header_bytes, batch_header_bytes);
    const auto decoded = format::decode_batch(trailer, salt);
    if (!decoded || decoded->header.segment != number) continue;
    const std::uint64_t place = decoded->header.place_bytes();
    if (place > at + block - from) continue;
    return found_batch{at + block - place, decoded->header, decoded->crc, true};
  }
  return {};
}

}  // namespace millrace::journal
