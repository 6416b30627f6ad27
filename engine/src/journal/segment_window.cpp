#include "journal/segment_window.hpp"

#include <algorithm>

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

bool segment_window::load(std::uint64_t offset, std::size_t size) noexcept {
  begin_ = offset / format::block * format::block;
  const std::uint64_t least = offset + size - begin_;
  const std::size_t wanted =
      std::min<std::uint64_t>(std::max<std::uint64_t>(least, piece_), size_ - begin_);
  if (wanted > capacity_) {
    memory_ = std::make_unique_for_overwrite<std::byte[]>(wanted);
    capacity_ = wanted;
  }
  std::size_t got = 0;
  end_ = begin_;
  if (file_->read(begin_, {memory_.get(), wanted}, got) != io_status::ok || got < wanted) {
    failed_ = true;
    return false;
  }
  end_ += got;
  return true;
}

}  // namespace millrace::journal
