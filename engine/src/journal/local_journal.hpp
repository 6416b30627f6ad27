// local_journal: the journal of one data directory: recovery at open, then a committer that writes
// what all lanes append, and a keeper that prepares and reuses segments. Opened and closed by the
// engine on one thread; every lane has a lane_log of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "journal/identity.hpp"
#include "journal/journal.hpp"
#include "journal/recovery.hpp"
#include "journal/storage.hpp"
#include "sync/doorbell.hpp"

namespace millrace::journal {

struct journal_statistics {
  std::uint64_t groups = 0;  ///< writes
  std::uint64_t syncs = 0;   ///< of them, with a sync
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;      ///< written, padding included
  std::uint64_t log_bytes = 0;  ///< from the oldest needed segment to the end
  std::uint64_t segments = 0;   ///< spares included
  std::uint64_t damaged = 0;    ///< findings of the recovery, torn tail excluded
  std::uint64_t sync_ns_last = 0;
  bool disk_full = false;
  bool failed = false;
};

class local_journal {
 public:
  struct options {
    std::uint32_t lanes = 1;
    /// False: no thread is started; the owner calls work() (the simulator).
    bool threads = true;
    bool may_spin = true;
    /// Without threads, too, a durable group may wait for what follows from the one before.
    bool gathers = false;
    std::uint64_t segment_bytes = std::uint64_t{16} << 20;
    /// Of the first segment of a directory, and of others when the disk is nearly full. A batch has
    /// to fit into it, so it is at least append_bytes_max and four blocks. Both are multiples of
    /// format::block.
    std::uint64_t segment_bytes_min = std::uint64_t{4} << 20;
    /// Segments kept ready ahead of the current one; the last is the reserve.
    std::size_t spares = 2;
    /// The log is let grow to twice the live bytes and this much before state is carried forward.
    std::uint64_t log_bytes_slack = std::uint64_t{64} << 20;
    /// Less than the default only where lanes never append so much at once: in simulations.
    std::uint64_t append_bytes_max = millrace::journal::append_bytes_max;
    std::uint32_t incarnation = 0;  ///< random
    identity fresh;                 ///< for a directory that is new
    /// What quiet moments are measured by; null: the monotonic clock. Only without threads.
    const base::clock* clock = nullptr;
  };

  /// Locks the directory and reads its identity. errc::data_dir_in_use, journal_damaged, system;
  /// `why` then says it in words.
  static result<std::unique_ptr<local_journal>> open(std::unique_ptr<storage> directory,
                                                     const options& wanted, std::string& why);
  /// Writes what the lanes have appended, and a seal. The lanes have stopped.
  ~local_journal();

  [[nodiscard]] const identity& id() const noexcept;
  /// Why recover() or start() failed, or the journal later, in words; empty: it did not.
  [[nodiscard]] std::string last_error() const;

  /// Once, before start(): shows what is there.
  result<recovery_report> recover(const entry_visitor& visit);
  result<void> revisit(const recovery_report& report, const entry_visitor& visit);
  /// Prepares to write behind what recover() found, and starts the threads. errc::disk_full: not
  /// even the first segment could be made; errc::system.
  result<void> start(const recovery_report& report);

  /// The seam of that lane; valid until close.
  [[nodiscard]] journal& of_lane(std::uint32_t lane) noexcept;
  /// Rung when something of this lane has become durable, or the journal failed. Before start().
  void set_bell(std::uint32_t lane, sync::doorbell& bell) noexcept;

  /// threads = false: one step of the committer, of the keeper, of both; true: something was done.
  /// work() writes a group that waits when there is nothing else to do.
  bool write() noexcept;
  bool keep() noexcept;
  bool work() noexcept;
  /// A group that could be written waits for more.
  [[nodiscard]] bool waits() const noexcept;

  [[nodiscard]] journal_statistics statistics() const noexcept;

 private:
  struct parts;
  explicit local_journal(std::unique_ptr<parts> made) noexcept;
  result<void> start_threads();
  std::unique_ptr<parts> parts_;
};

}  // namespace millrace::journal
