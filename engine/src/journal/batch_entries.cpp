#include "journal/batch_entries.hpp"

#include <algorithm>
#include <cstring>

namespace millrace::journal {

batch_entries::batch_entries(bytes_view batch, const format::batch_header& header) noexcept
    : batch_(batch),
      count_(header.entries),
      salt_(format::entry_salt(header.incarnation, header.lane, header.ordinal)) {}

std::optional<format::stored_entry> batch_entries::take() noexcept {
  auto e = format::decode_entry(batch_.subspan(offset_), salt_);
  if (!e || e->index != index_) return {};
  offset_ = std::min<std::size_t>(offset_ + format::round_to_entry(e->length), batch_.size());
  ++index_;
  return e;
}

std::uint32_t batch_entries::skip() noexcept {
  const std::uint32_t before = index_;
  for (std::size_t at = offset_; at + format::entry_header_bytes <= batch_.size(); at += 8) {
    // The index first: it is cheap, and checking every length that a body happens to spell is not.
    std::uint32_t index;
    std::memcpy(&index, batch_.data() + at + 8, sizeof(index));
    if (index <= before || index >= count_) continue;
    if (format::decode_entry(batch_.subspan(at), salt_)) {
      index_ = index;
      offset_ = at;
      return index_ - before;
    }
  }
  index_ = count_;
  offset_ = batch_.size();
  return index_ - before;
}

}  // namespace millrace::journal
