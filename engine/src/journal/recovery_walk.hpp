// recovery_walk: follows the log of a directory from the oldest segment that is needed to its end,
// batch by batch, and decides at each place that is not valid whether it is a tail that an earlier
// restart has left behind, damage, or the end. Used by recover(); one thread.
#pragma once

#include "journal/segment_catalog.hpp"

namespace millrace::journal {

class recovery_walk {
 public:
  /// Everything given outlives the walk. Adds to the report's findings and counts, sets its end.
  recovery_walk(storage& directory, const segment_catalog& catalog, const entry_visitor& visit,
                recovery_report& report) noexcept;
  result<void> run();
  /// A batch of that segment of the catalog was taken.
  [[nodiscard]] bool was_taken(std::size_t index) const noexcept { return taken_[index]; }

 private:
  [[nodiscard]] const catalog_segment& segment() const noexcept {
    return catalog_.segments()[index_];
  }
  [[nodiscard]] const found_batch& first_of(std::size_t index) const noexcept {
    return *catalog_.segments()[index].first;
  }
  [[nodiscard]] std::uint64_t lost_before(std::uint64_t sequence) const noexcept {
    return sequence_ != 0 && sequence > sequence_ ? sequence - sequence_ : 0;
  }
  void add(finding_kind kind, std::size_t index, std::uint64_t offset, std::uint64_t entries);

  void start();
  [[nodiscard]] bool left_behind(std::size_t index) const noexcept;
  void enter(std::size_t index);
  /// One batch, or one place that is none; false: the log has ended.
  bool step();
  [[nodiscard]] bool follows(const found_batch& found) const noexcept;
  bool take(const found_batch& found);
  void note_unsynced(const found_batch& found) noexcept;
  void show(const format::stored_entry& e);

  /// To where a restart went on; false: nowhere. `torn`: entries that a batch has from here on.
  bool continue_elsewhere(std::uint64_t place, std::uint64_t torn);
  /// To the next valid batch; false: there is none.
  bool skip_damage();
  bool skip_to_segment();
  void explain_gap(std::size_t target);
  bool go_on_at(const found_batch& found);
  [[nodiscard]] std::optional<found_batch> next_here(std::uint64_t end_sequence_max) noexcept;
  /// The next segment from `from` on that is of the log and does not begin before sequence_.
  [[nodiscard]] std::optional<std::size_t> next_used(std::size_t from) const noexcept;

  /// The log ends at `place`; a batch that is torn there ends at `behind` with `torn_end`.
  void end(std::uint64_t place, std::uint64_t behind, std::uint64_t torn_end);

  storage& directory_;
  const segment_catalog& catalog_;
  const entry_visitor& visit_;
  recovery_report& report_;
  segment_window window_;

  // Where we are, and what stands there if all is well.
  std::vector<bool> taken_;  ///< a batch of that segment
  std::size_t index_ = 0;
  std::uint64_t offset_ = format::block;
  std::uint64_t sequence_ = 1;  ///< 0: not known
  std::uint64_t group_ = 1;     ///< 0: not known
  std::uint32_t crc_ = 0;       ///< of the batch before
  bool group_open_ = false;     ///< the last batch of the group has not been seen
};

}  // namespace millrace::journal
