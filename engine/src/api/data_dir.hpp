// data_dir: an engine's journal on disk, from the directory's name to lanes that have their state
// back. Opened by engine_core before its lanes' first turn, on one thread.
#pragma once

#include <memory>
#include <millrace/engine.hpp>
#include <string>
#include <vector>

#include "journal/local_journal.hpp"
#include "lane/lane.hpp"
#include "sync/block_writer.hpp"

namespace millrace::api {

class data_dir {
 public:
  struct options {
    std::uint32_t lanes = 1;
    bool threads = true;
    bool may_spin = true;
    std::uint64_t record_bytes_max = std::uint64_t{1} << 20;  ///< of data, in a stream
    /// What else the journal is made with; null: sizes as usual, ids from the operating system.
    const journal::local_journal::options* journal = nullptr;
    const base::clock* clock = nullptr;  ///< of a journal without threads; null: monotonic time
  };

  /// errc::data_dir_in_use, journal_damaged, disk_full, system; `why` says it in words.
  static result<std::unique_ptr<data_dir>> open(std::unique_ptr<journal::storage> directory,
                                                const options& wanted, std::string& why);

  [[nodiscard]] const base::tag_key& receipt_key() const noexcept {
    return journal_->id().receipt_key;
  }
  [[nodiscard]] std::uint32_t incarnation() const noexcept { return incarnation_; }
  [[nodiscard]] std::uint64_t append_bytes_max() const noexcept { return append_bytes_max_; }
  [[nodiscard]] journal::journal& of_lane(std::uint32_t lane) noexcept {
    return journal_->of_lane(lane);
  }

  /// Gives every lane its state back; `lane_of_slot` has 256 lanes. The latest time of an entry
  /// goes to `last_ms`. errc::memory_full, journal_damaged, system.
  result<void> recover(std::span<lane::lane* const> lanes,
                       std::span<const std::uint32_t> lane_of_slot, sync::block_store& blocks,
                       base::time_ms& last_ms, std::string& why);
  /// After recover() and set_bell: from now on lanes may append.
  result<void> start(std::string& why);

  [[nodiscard]] const recovery_summary& recovered() const noexcept { return summary_; }
  [[nodiscard]] journal::local_journal& log() noexcept { return *journal_; }

 private:
  data_dir() = default;
  /// What a recovery gives their state back to.
  struct owners {
    std::span<lane::lane* const> lanes;
    std::span<const std::uint32_t> lane_of_slot;
    sync::block_store& blocks;

    [[nodiscard]] lane::lane& of(const journal::entry& e) const noexcept {
      return *lanes[lane_of_slot[e.slot]];
    }
  };

  result<void> replay(const owners& into, bool& has_bodies, std::string& why);
  result<void> attach_bodies(const owners& into, std::string& why);
  static void drop_bodies(const owners& into) noexcept;
  errc give_body(const owners& into, sync::block_writer& writer,
                 const journal::format::stored_entry& stored) const;

  std::unique_ptr<journal::local_journal> journal_;
  journal::recovery_report report_;
  recovery_summary summary_;
  std::uint32_t incarnation_ = 0;
  bool threads_ = false;
  std::uint64_t append_bytes_max_ = 0;
  std::uint64_t record_bytes_max_ = 0;
};

}  // namespace millrace::api
