// committer: the only one that writes to the log. Takes what the lanes have handed over, numbers
// and chains it, writes it as one group, and says how far each lane has come. An agent: work() does
// one bounded step, on the journal's thread or by whoever drives the journal.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "journal/gathering.hpp"
#include "journal/lane_log.hpp"
#include "journal/log_state.hpp"
#include "journal/log_tail.hpp"
#include "sync/idle_guard.hpp"
#include "sync/shared_number.hpp"

namespace millrace::journal {

class committer {
 public:
  struct options {
    log_tail::options tail;
    const base::clock* clock = nullptr;  ///< null: the monotonic clock
    /// A durable group may wait for what follows from the one before, where work() is called again
    /// and again meanwhile.
    bool gathers = false;
    sync::idle_guard* guard = nullptr;  ///< of durable writes; may be null
  };
  struct statistics {
    sync::shared_number groups;
    sync::shared_number syncs;
    sync::shared_number entries;
    sync::shared_number bytes;
    sync::shared_number sync_ns_last;
  };

  committer(const options& wanted, storage& directory, log_state& state,
            std::span<lane_log* const> lanes);

  /// See log_tail::start().
  void start(const log_end& end, segment* current) noexcept {
    tail_.start(end, current);
    unsealed_ = end.segment != 0 && !end.sealed;
  }

  /// Writes one group, or a seal if the log has been quiet. False: there was nothing to do.
  bool work() noexcept;
  /// Monotonic time at which work() will find something without being rung; INT64_MAX: never.
  [[nodiscard]] std::int64_t due_ns() const noexcept;
  /// It cannot go on before the keeper has worked: no segment has room for what was handed over, or
  /// one has to be synced first.
  [[nodiscard]] bool waits_for_keeper() const noexcept {
    return held_.batch != nullptr || tail_.has_unsynced();
  }
  /// Asks it for what it would have had time for.
  void hurry_keeper() noexcept { tail_.want_synced(); }
  /// A group waits for more to come.
  [[nodiscard]] bool waits() const noexcept { return gathering_.active() && !group_.empty(); }
  /// The group that waits for more to come, if one does (true), waits no longer.
  bool stop_waiting() noexcept;
  /// At close: and none will.
  void stop_gathering() noexcept;
  /// At close, when work() finds nothing any more: says that all is complete.
  void seal() noexcept;

  /// In words, once failed is set.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] const statistics& counted() const noexcept { return counts_; }

 private:
  struct taken {
    lane_log* lane;
    batch_buffer* batch;
  };

  bool collect() noexcept;
  void take_from_lanes() noexcept;
  [[nodiscard]] bool group_is_full() const noexcept;
  bool add(const taken& next) noexcept;
  void complete(const taken& next) noexcept;
  bool idle() noexcept;
  bool seal_is_due() noexcept;
  void write_group() noexcept;
  bool write_seal() noexcept;
  bool write(bool durable) noexcept;
  bool write_and_sync(bool durable) noexcept;
  void publish() noexcept;
  void fail(const std::string& what) noexcept;
  bool gather() noexcept;
  void ask_for(appetite wanted) noexcept;
  [[nodiscard]] appetite appetite_after_write(bool gathers) const noexcept;
  [[nodiscard]] bool anything_waits() const noexcept;
  [[nodiscard]] bool lanes_have_settled() const noexcept;
  [[nodiscard]] std::uint64_t entries_at_hand() const noexcept;
  [[nodiscard]] std::int64_t now_ns() const noexcept;
  [[nodiscard]] std::int64_t sync_ns() const noexcept {
    return static_cast<std::int64_t>(counts_.sync_ns_last.value());
  }

  const options options_;
  storage& directory_;
  log_state& state_;
  const std::vector<lane_log*> lanes_;

  log_tail tail_;

  std::vector<taken> group_;  ///< not written yet
  std::uint64_t group_bytes_ = 0;
  std::uint64_t group_entries_ = 0;
  bool group_durable_ = false;  ///< an entry of level disk is in it
  taken held_{};                ///< taken, and the segment had no room for it
  std::size_t turn_ = 0;        ///< the lane that is looked at first
  appetite wanted_ = appetite::any;
  gathering gathering_;
  bool gathers_;           ///< from now on
  bool unsealed_ = false;  ///< something was written behind the last seal
  std::int64_t last_write_ns_ = 0;

  std::string error_;
  statistics counts_;
  alignas(format::block) std::byte seal_memory_[format::block] = {};
  batch_buffer seal_;
};

}  // namespace millrace::journal
