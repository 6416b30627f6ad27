#include "journal/segment_window.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace millrace::journal {
io_status segment_window::open(storage& directory, std::string_view name,
                               std::size_t piece) noexcept {
  begin_ = end_ = size_ = 0;
  piece_ = piece;
  const io_status opened = directory.open(name, false, file_);
  if (opened == io_status::ok) size_ = file_->size();
  if (opened != io_status::ok) failed_ = true;
  return opened;
}

bytes_view segment_window::at(std::uint64_t offset, std::size_t size) noexcept {
  if (offset > size_ || size > size_ - offset) return {};
  if (offset < begin_ || offset + size > end_) {
    if (!load(offset, size)) return {};
  }
  return {memory_.get() + (offset - begin_), size};
}

/// What is there of it already is not read again.
bool segment_window::load(std::uint64_t offset, std::size_t size) noexcept {
  const std::uint64_t begin = offset / format::block * format::block;
  const std::uint64_t least = offset + size - begin;
  const std::size_t wanted =
      std::min<std::uint64_t>(std::max<std::uint64_t>(least, piece_), size_ - begin);
  const bool overlaps = begin >= begin_ && begin < end_;
  const std::size_t kept = overlaps ? std::min<std::uint64_t>(end_ - begin, wanted) : 0;
  const std::byte* const from = memory_.get() + (overlaps ? begin - begin_ : 0);
  if (wanted > capacity_) {
    auto larger = std::make_unique_for_overwrite<std::byte[]>(wanted);
    if (kept != 0) std::memcpy(larger.get(), from, kept);
    memory_ = std::move(larger);
    capacity_ = wanted;
  } else if (kept != 0) {
    std::memmove(memory_.get(), from, kept);
  }
  begin_ = end_ = begin;
  std::size_t got = 0;
  if (file_->read(begin + kept, {memory_.get() + kept, wanted - kept}, got) != io_status::ok ||
      got < wanted - kept) {
    failed_ = true;
    return false;
  }
  end_ += wanted;
  return true;
}

}  // namespace millrace::journal
