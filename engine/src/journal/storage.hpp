// The I/O seam of the journal: one flat directory, with the segment files and the identity. The
// real one is local_storage.hpp (DIR/journal, and DIR/lock for lock()); the simulator's loses,
// tears, flips and fails. Calls block and may come from one thread at a time for each file; the
// storage's own calls from any one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <millrace/types.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::journal {

enum class io_status : std::uint8_t {
  ok,
  no_space,   ///< ENOSPC, EDQUOT: only where a file grows
  not_found,  ///< no such file
  busy,       ///< somebody else holds the lock
  failed,     ///< anything else; storage::last_error() says what in words
};

/// How far a write has come when it returns.
enum class write_mode : std::uint8_t {
  cached,   ///< the operating system has it: survives the process
  durable,  ///< this write is on the device; offset, lengths and addresses are multiples of block
  /// As cached, but it goes to the device at once, past the cache where that is possible, so that a
  /// later sync has little to do. Multiples of block as well. For filling files.
  streamed,
  /// As streamed, and it stays in the page cache, where a write of many pages leaves large ones:
  /// for what will be written again through the cache, in smaller pieces.
  resident,
};

class file {
 public:
  file() = default;
  file(const file&) = delete;
  file& operator=(const file&) = delete;
  virtual ~file() = default;

  /// Writes the pieces one after the other from `offset` on; all or an error.
  virtual io_status write(std::uint64_t offset, std::span<const bytes_view> pieces,
                          write_mode mode) noexcept = 0;
  /// Everything written to this file before is on the device when this returns ok.
  virtual io_status sync() noexcept = 0;
  /// Reads up to into.size() bytes; `got` is less only at the file's end.
  virtual io_status read(std::uint64_t offset, std::span<std::byte> into,
                         std::size_t& got) noexcept = 0;
  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
};

class storage {
 public:
  storage() = default;
  storage(const storage&) = delete;
  storage& operator=(const storage&) = delete;
  virtual ~storage() = default;

  /// First of all: takes the directory for this process alone, or io_status::busy. Held until
  /// destruction.
  virtual io_status lock() noexcept = 0;
  /// Names of the files there, in no order.
  virtual io_status list(std::vector<std::string>& names) noexcept = 0;
  /// Opens a file that exists, for reading and, if `writable`, writing.
  virtual io_status open(std::string_view name, bool writable,
                         std::unique_ptr<file>& out) noexcept = 0;
  /// Makes an empty file that must not exist. Its name is durable after sync_directory().
  virtual io_status create(std::string_view name, std::unique_ptr<file>& out) noexcept = 0;
  /// Replaces `to` if it exists; durable after sync_directory(). An open file stays usable.
  virtual io_status rename(std::string_view from, std::string_view to) noexcept = 0;
  virtual io_status remove(std::string_view name) noexcept = 0;
  virtual io_status sync_directory() noexcept = 0;

  /// What the last failed call, of a file's too, said in words, e.g. "pwritev2: Input/output
  /// error". Any thread.
  [[nodiscard]] virtual std::string last_error() const = 0;
};

}  // namespace millrace::journal
