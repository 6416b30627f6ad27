// segment_maker: makes, reuses and removes segment files, in steps so small that commits next to
// it are not held up for long. Whatever a power cut leaves of a step is of no meaning to
// recovery. Used by the segment keeper, on its thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "journal/segment.hpp"
#include "journal/storage.hpp"

namespace millrace::journal {

class segment_maker {
 public:
  static constexpr std::uint64_t step_bytes = std::uint64_t{256} << 10;

  segment_maker(storage& directory, const format::directory_id& id);

  /// Removes what was left unfinished, and counts from behind the highest number there is.
  io_status start() noexcept;

  /// Starts a new segment; one at a time. `resident`: it will be written through the page cache.
  io_status begin(std::uint64_t bytes, bool resident) noexcept;
  [[nodiscard]] bool busy() const noexcept { return handle_ != nullptr; }
  /// Fills `most` bytes more; the last step syncs and names it, and `made` has it. After an error
  /// it is gone, and so is its space.
  io_status step(std::unique_ptr<segment>& made, std::uint64_t most = step_bytes) noexcept;

  /// Overwrites a piece of a segment that nobody needs in the way of write_mode::resident, before
  /// it is used again; until is_resident().
  io_status make_resident(segment& old) noexcept;
  [[nodiscard]] static bool is_resident(const segment& s) noexcept { return s.resident >= s.bytes; }
  /// Gives a segment that nobody needs the next number.
  io_status reuse(segment& old) noexcept;
  io_status remove(segment& old) noexcept;

  /// Opens the file of `s`, for writing.
  io_status open(segment& s) noexcept;
  /// Whether its header is what it should be. It is open.
  bool is_good(segment& s) noexcept;

 private:
  io_status fill(std::uint64_t most) noexcept;
  io_status write_zeros(file& to, std::uint64_t from, std::uint64_t end, write_mode mode) noexcept;
  io_status finish(std::unique_ptr<segment>& made) noexcept;
  io_status write_header(file& to, std::uint64_t bytes, write_mode mode) noexcept;

  storage& directory_;
  const format::directory_id id_;
  std::uint64_t next_number_ = 1;

  std::unique_ptr<file> handle_;  ///< of the segment under way
  std::string name_;
  std::uint64_t bytes_ = 0;
  std::uint64_t done_ = 0;
  bool resident_ = false;

  alignas(format::block) std::byte block_[format::block] = {};
  alignas(format::block) const std::byte zeros_[16 * format::block] = {};
};

}  // namespace millrace::journal
