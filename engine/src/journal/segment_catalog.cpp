#include "journal/segment_catalog.hpp"

#include <algorithm>

#include "journal/segment_name.hpp"

namespace millrace::journal {

using format::block;

result<segment_catalog> segment_catalog::read(storage& directory, const format::directory_id& id) {
  std::vector<std::string> names;
  if (directory.list(names) != io_status::ok) return errc::system;
  segment_catalog made;
  made.salt_ = format::batch_salt(id);
  for (const std::string& name : names) {
    const auto number = segment_number(name);
    if (!number) continue;
    catalog_segment& segment = made.segments_.emplace_back();
    segment.number = *number;
    segment.name = name;
  }
  std::sort(made.segments_.begin(), made.segments_.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  if (!made.read_heads(directory, id) || !made.survey(directory) || !made.find_firsts(directory)) {
    return errc::system;
  }
  return made;
}

bool segment_catalog::read_heads(storage& directory, const format::directory_id& id) {
  for (catalog_segment& segment : segments_) {
    std::unique_ptr<file> in;
    if (directory.open(segment.name, false, in) != io_status::ok) return false;
    segment.bytes = in->size();
    std::byte head[block];
    std::size_t got = 0;
    if (in->read(0, head, got) != io_status::ok) return false;
    if (const auto header = format::decode_segment({head, got})) {
      segment.header_valid = header->number == segment.number;
      segment.whole = header->bytes <= segment.bytes;
      segment.foreign = header->directory != id;
    }
  }
  return true;
}

bool segment_catalog::survey(storage& directory) {
  segment_window window;
  for (std::size_t index = segments_.size(); index != 0 && used_end_ == 0; --index) {
    const catalog_segment& segment = segments_[index - 1];
    if (segment.foreign) continue;
    if (window.open(directory, segment.name) != io_status::ok) return false;
    std::uint64_t at = block;
    while (const auto found = next_batch(window, segment.number, salt_, at)) {
      note(*found);
      used_end_ = index;
      at = found->end_offset();
    }
    if (window.failed()) return false;
  }
  return true;
}

// The header at block 1 is all that is read, unless that is damaged.
bool segment_catalog::find_firsts(storage& directory) {
  segment_window window;
  for (std::size_t index = 0; index != used_end_; ++index) {
    catalog_segment& segment = segments_[index];
    if (segment.foreign) continue;
    if (window.open(directory, segment.name, block) != io_status::ok) return false;
    segment.first = batch_at(window, segment.number, salt_, block);
    if (!segment.first) {
      if (window.open(directory, segment.name) != io_status::ok) return false;
      segment.first = next_batch(window, segment.number, salt_, block);
    }
    if (window.failed()) return false;
  }
  return true;
}

void segment_catalog::note(const found_batch& found) noexcept {
  oldest_segment_ = std::max(oldest_segment_, found.header.oldest_segment);
  synced_group_ = std::max(synced_group_, found.header.synced_group);
  last_group_ = std::max(last_group_, found.header.group);
  end_sequence_ = std::max(end_sequence_, found.end_sequence());
}

std::optional<std::size_t> segment_catalog::continuation(std::size_t index, std::uint64_t sequence,
                                                         std::uint32_t crc) const noexcept {
  for (std::size_t i = segments_.size(); i > index + 1; --i) {
    const auto& first = segments_[i - 1].first;
    if (first && first->header.first_sequence == sequence && first->header.previous_crc == crc) {
      return i - 1;
    }
  }
  return {};
}

}  // namespace millrace::journal
