// Recovery: reads a data directory's segments in order, checks every byte, and shows each valid
// entry to whoever replays. Changes nothing. Used by open (replay) and by --check (count only); one
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <millrace/result.hpp>
#include <string>
#include <vector>

#include "journal/format.hpp"
#include "journal/storage.hpp"

namespace millrace::journal {

enum class finding_kind : std::uint8_t {
  torn_tail,        ///< of the log's end, now or at an earlier restart: never synced
  damaged_entry,    ///< one entry; the others of its batch are served
  damaged_header,   ///< of a batch; its trailer was read instead: nothing is lost
  damaged_batch,    ///< header and trailer of a batch: its entries are not found
  damaged_segment,  ///< a segment's header, or the file is shorter than it says
  missing_segment,
  foreign_segment,  ///< of another directory
};

/// Something that is not as it should be; never a reason to delete anything.
struct finding {
  finding_kind kind = finding_kind::damaged_entry;
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;          ///< bytes from the start of the file
  std::uint64_t first_sequence = 0;  ///< of the entries concerned, 0 if not known
  std::uint64_t entries = 0;         ///< how many, 0 if not known
  std::uint64_t last_segment = 0;    ///< missing_segment: of a run of them

  /// One line, e.g. "damaged entry: segment 3, offset 81920, sequence 1234".
  [[nodiscard]] std::string text() const;
};

struct log_place {
  std::uint64_t segment = 0;  ///< 0: nowhere
  std::uint64_t offset = 0;
};

/// Where the log ends and how to go on.
struct log_end {
  std::uint64_t segment = 0;  ///< the last one with a batch; 0: none
  std::uint64_t offset = 0;   ///< behind its last batch, a multiple of block
  bool clean = true;          ///< go on there; else in the next segment
  bool sealed = false;        ///< its last batch says that all before it was complete
  std::uint64_t next_sequence = 1;
  std::uint64_t next_group = 1;
  /// The last one that is wholly there: what the first batches may say is synced, once it is.
  std::uint64_t complete_group = 0;
  std::uint32_t last_crc = 0;
  std::uint64_t oldest_segment = 1;  ///< that is still needed
  // What was replayed and is not known to be on the device.
  log_place unsynced;
  log_place unsynced_end;
};

struct recovered_segment {
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;
  std::string name;
  bool used = false;  ///< has batches, or is not understood; else a spare, header and all
  /// A batch in it is part of the log; else it is a spare, or was left behind by a restart: the log
  /// must never begin with it.
  bool in_log = false;
};

struct recovery_report {
  format::directory_id directory{};
  std::vector<recovered_segment> segments;  ///< in order of number
  std::vector<finding> findings;
  log_end end;
  std::uint64_t entries = 0;  ///< valid ones
  std::uint64_t bytes = 0;    ///< read
  std::int64_t last_ms = 0;   ///< latest engine time of an entry

  [[nodiscard]] bool damaged() const noexcept;  ///< findings other than a torn tail
};

/// Called for every valid entry, in order of sequence. The entry's views are valid during the call.
using entry_visitor = std::function<void(const format::stored_entry& e, std::uint64_t sequence)>;

/// errc::system: the directory or a file's sector cannot be read (storage.last_error() says why):
/// what cannot be read is not taken for damage.
result<recovery_report> recover(storage& directory, const format::directory_id& id,
                                const entry_visitor& visit);

/// Second look, before anything is written: visits what recover() visited once more; for bodies
/// that are still needed. errc::system: it cannot be read any more, or is not the same.
result<void> revisit(storage& directory, const recovery_report& report, const entry_visitor& visit);

}  // namespace millrace::journal
