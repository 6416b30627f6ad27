// log_writer: writes the journal's format straight onto a storage, as docs/design/journal.md asks
// of a writer, and nothing more: for tests of what reads it. Entry contents follow from their
// sequence, so that a reader can tell each one. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "journal/format.hpp"
#include "journal/recovery.hpp"
#include "journal/storage.hpp"

namespace millrace::test {

/// Which entry it is: a number (log_writer's entries have their sequence) and who wrote it.
struct entry_name {
  std::uint64_t number = 0;
  std::uint64_t incarnation = 0;
  friend bool operator==(const entry_name&, const entry_name&) = default;
};
/// The entry of that name: 40 bytes to some KiB that follow from it.
journal::entry named_entry(const entry_name& name);
/// The name that an entry carries, if every byte of it is that entry's; the level may be any.
std::optional<entry_name> name_of(const journal::format::stored_entry& e);
/// Whether it is the entry that some log_writer gave that sequence.
bool is_numbered(const journal::format::stored_entry& e, std::uint64_t sequence);

/// Where an entry or a batch was put.
struct written {
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint64_t first_sequence = 0;
  std::uint32_t entries = 0;  ///< 0: the batch of a seal; for an entry 1
};

class log_writer {
 public:
  struct options {
    std::uint64_t segment_bytes = std::uint64_t{64} << 10;
    std::uint32_t incarnation = 1;
    journal::format::directory_id directory{1, 2, 3};
  };

  log_writer(journal::storage& directory, const options& wanted);

  /// On an empty directory, or behind what recovery found. False: the storage failed.
  bool start();
  bool start(const journal::recovery_report& found);

  /// Entries for the next group, as a batch of that lane.
  void add(std::uint16_t lane, std::uint32_t entries);
  /// Writes what was added as one group. False: the storage failed, and nothing goes any more.
  bool commit(durability level);
  /// Syncs everything and says so in the log.
  bool seal();
  /// Goes on in a new segment.
  bool roll();
  /// Segments before that one are not needed; said in the next batch.
  void let_go(std::uint64_t before) { oldest_ = before; }
  /// Reuses that segment, which must be before what was let go, as the next one.
  bool recycle(std::uint64_t number);

  /// Last sequence that a group of that level or above was acknowledged for.
  [[nodiscard]] std::uint64_t acked(durability level) const noexcept {
    return level == durability::disk ? acked_disk_ : acked_os_;
  }
  [[nodiscard]] std::uint64_t segment() const noexcept { return segment_; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  [[nodiscard]] std::uint64_t last_sequence() const noexcept { return sequence_ - 1; }
  [[nodiscard]] const std::vector<written>& batches() const noexcept { return batches_; }
  [[nodiscard]] const std::vector<written>& entries() const noexcept { return entries_; }
  [[nodiscard]] const options& wanted() const noexcept { return options_; }

 private:
  struct lane_batch {
    std::uint16_t lane = 0;
    std::uint32_t entries = 0;
  };
  struct aligned {
    explicit aligned(std::size_t size);
    std::vector<std::byte> memory;
    std::span<std::byte> view;
  };

  std::size_t encoded_size(const lane_batch& batch, std::uint64_t first) const;
  aligned encode(const lane_batch& batch, bool last);
  bool write(const std::vector<bytes_view>& pieces, durability level);
  bool make_segment(std::uint64_t number);
  bool open_segment(std::uint64_t number);
  bool sync_all();
  void finish_header(journal::format::batch_header& header, std::span<std::byte> place);

  journal::storage& storage_;
  const options options_;
  const std::uint32_t salt_;
  std::unique_ptr<journal::file> file_;
  std::vector<std::unique_ptr<journal::file>> unsynced_;  ///< left, with os writes in them
  std::vector<lane_batch> pending_;
  std::uint64_t segment_ = 0;
  std::uint64_t segment_size_ = 0;
  std::uint64_t newest_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t place_ = 0;  ///< where the batch being encoded goes
  std::uint64_t group_ = 1;
  std::uint64_t synced_group_ = 0;
  std::uint64_t sequence_ = 1;
  std::uint64_t oldest_ = 1;
  std::uint64_t acked_os_ = 0;
  std::uint64_t acked_disk_ = 0;
  std::uint32_t crc_ = 0;
  std::uint32_t ordinal_ = 0;
  bool waiting_ = false;  ///< os writes are not synced
  std::vector<written> batches_;
  std::vector<written> entries_;
};

}  // namespace millrace::test
