// segment_catalog: what a directory's segments say of themselves before any entry is read: their
// headers, their first batches, and, from the last one that is used, up to where the log was synced
// and which segments are still needed. Made by recovery; one thread.
#pragma once

#include <millrace/result.hpp>
#include <optional>
#include <string>
#include <vector>

#include "journal/recovery.hpp"
#include "journal/segment_scan.hpp"

namespace millrace::journal {

struct catalog_segment {
  std::uint64_t number = 0;
  std::string name;
  std::uint64_t bytes = 0;  ///< of the file
  bool header_valid = false;
  bool whole = false;                ///< as long as its header says
  bool foreign = false;              ///< of another directory: its batches are none of ours
  std::optional<found_batch> first;  ///< that is valid; good logs have it at block 1
};

class segment_catalog {
 public:
  /// errc::system: the directory or a file cannot be read.
  static result<segment_catalog> read(storage& directory, const format::directory_id& id);

  [[nodiscard]] const std::vector<catalog_segment>& segments() const noexcept { return segments_; }
  [[nodiscard]] std::uint32_t salt() const noexcept { return salt_; }

  /// One behind the last segment in which a batch was found.
  [[nodiscard]] std::size_t used_end() const noexcept { return used_end_; }
  /// The most that any batch of that segment says: what is still needed, up to where the log was
  /// synced, its group, the sequence behind it. Without a batch: 0, 0, 0 and 1.
  [[nodiscard]] std::uint64_t oldest_segment() const noexcept { return oldest_segment_; }
  [[nodiscard]] std::uint64_t synced_group() const noexcept { return synced_group_; }
  [[nodiscard]] std::uint64_t last_group() const noexcept { return last_group_; }
  [[nodiscard]] std::uint64_t end_sequence() const noexcept { return end_sequence_; }

  /// The last segment behind segments()[index] whose first batch goes on from exactly there.
  [[nodiscard]] std::optional<std::size_t> continuation(std::size_t index, std::uint64_t sequence,
                                                        std::uint32_t crc) const noexcept;

 private:
  bool read_heads(storage& directory, const format::directory_id& id);
  bool survey(storage& directory);
  bool find_firsts(storage& directory);
  void note(const found_batch& found) noexcept;

  std::vector<catalog_segment> segments_;  ///< in order of number
  std::uint32_t salt_ = 0;
  std::size_t used_end_ = 0;
  std::uint64_t oldest_segment_ = 0;
  std::uint64_t synced_group_ = 0;
  std::uint64_t last_group_ = 0;
  std::uint64_t end_sequence_ = 1;
};

}  // namespace millrace::journal
