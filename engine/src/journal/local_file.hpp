// local_file: a file of a local_storage. Durable writes go through a second descriptor with
// O_DIRECT and RWF_DSYNC, one system call each; where that is refused, through the page cache and
// fdatasync, from then on. Reads leave nothing in the page cache that was not there, where the
// kernel can do that (6.14). One thread at a time.
#pragma once

#include "journal/descriptor.hpp"
#include "journal/os_error.hpp"
#include "journal/storage.hpp"

namespace millrace::journal {

class local_file final : public file {
 public:
  /// `direct` may be empty. `errors` outlives the file.
  local_file(descriptor cached, descriptor direct, std::uint64_t size, os_error& errors) noexcept
      : cached_(std::move(cached)), direct_(std::move(direct)), size_(size), errors_(errors) {}

  io_status write(std::uint64_t offset, std::span<const bytes_view> pieces,
                  write_mode mode) noexcept override;
  io_status sync() noexcept override;
  io_status read(std::uint64_t offset, std::span<std::byte> into,
                 std::size_t& got) noexcept override;
  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }

  /// Whether a durable write is one system call.
  [[nodiscard]] bool writes_through() const noexcept { return static_cast<bool>(direct_); }

 private:
  descriptor cached_;
  descriptor direct_;
  bool reads_past_cache_ = true;  ///< until that is refused
  std::uint64_t size_;
  os_error& errors_;
};

}  // namespace millrace::journal
