// segment_window: reads a segment front to back in big pieces, and shows any range of it that fits
// a batch. Its memory is one piece, or the largest range that was asked for. One thread.
#pragma once

#include <memory>

#include "journal/format.hpp"
#include "journal/storage.hpp"

namespace millrace::journal {

class segment_window {
 public:
  /// A piece that is still in the cache when it is checked, and large enough for the device.
  static constexpr std::size_t usual_piece = std::size_t{1} << 20;

  /// Opens that file; errors as storage::open().
  io_status open(storage& directory, std::string_view name,
                 std::size_t piece = usual_piece) noexcept;

  /// Exactly `size` bytes at `offset`, until the next call; empty if the file ends before, or if it
  /// cannot be read or has become shorter: then failed().
  bytes_view at(std::uint64_t offset, std::size_t size) noexcept;
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// Since it was made.
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  bool load(std::uint64_t offset, std::size_t size) noexcept;

  std::unique_ptr<file> file_;
  std::uint64_t size_ = 0;
  std::size_t piece_ = usual_piece;
  std::unique_ptr<std::byte[]> memory_;
  std::size_t capacity_ = 0;
  std::uint64_t begin_ = 0;  ///< what memory_ holds of the file
  std::uint64_t end_ = 0;
  bool failed_ = false;
};

}  // namespace millrace::journal
