// bare_log: what the disk and the file system allow without an engine: loops of one thread that
// copy and checksum records into an aligned buffer and write that to a file which was filled with
// zeros before. The journal is measured beside them, on the same file system, in turns.
#pragma once

#include <string>

#include "journal_run.hpp"

namespace millrace::bench {

class bare_log {
 public:
  static constexpr std::size_t piece_bytes = std::size_t{64} << 10;
  static constexpr std::size_t records_a_piece_min = piece_bytes / (2 * record_bytes);

  /// Makes the file, filled and synced. Throws std::runtime_error when it cannot.
  bare_log(const std::string& path, std::uint64_t bytes);
  bare_log(const bare_log&) = delete;
  bare_log& operator=(const bare_log&) = delete;
  ~bare_log();

  /// `outstanding` records, one durable write (O_DIRECT, RWF_DSYNC), and again. One that is not
  /// timed goes before, here as below.
  journal_run group_commits(std::size_t outstanding, double seconds);
  /// A write() for each 64 KiB, in which there are so many records (records_a_piece_min or more).
  journal_run cached_writes(double seconds, std::size_t records_a_piece);

 private:
  void fill(std::size_t records, std::size_t bytes_each);
  void write(int descriptor, std::size_t length, int flags);

  std::string path_;
  std::uint64_t bytes_;
  std::uint64_t offset_ = 0;
  int cached_ = -1;
  int direct_ = -1;
  std::byte* buffer_ = nullptr;
};

}  // namespace millrace::bench
