// options: how an engine is opened. A plain struct: fill in what differs from the defaults, with
// designated initialisers, and pass it to the engine; validate() is called there again.
// Units, ranges and one sentence for each are rows of <millrace/option_table.hpp>, from which the
// server's flags, environment, file and docs/options.md are made.
#pragma once

#include <cstdint>
#include <millrace/export.hpp>
#include <millrace/limits.hpp>
#include <millrace/result.hpp>
#include <millrace/types.hpp>
#include <optional>
#include <string>

namespace millrace {
inline namespace v1 {

struct extent_source;

/// Who runs the lanes.
enum class thread_mode : std::uint8_t {
  none,  ///< the caller polls; the engine starts no thread and touches no signal
  own,   ///< the engine starts one pinned thread a lane
};

/// Which limits are enforced.
enum class limits_profile : std::uint8_t {
  open,  ///< sizes as AWS has them, no rates
  aws,   ///< the published quotas, exactly, with the same errors
};

/// What time the engine lives in.
enum class clock_mode : std::uint8_t {
  system,        ///< wall time at open plus monotonic time since
  virtual_time,  ///< stands still until the program moves it on
};

struct options {
  /// Lanes (core-owned partitions); 0 = as many as the placement plan finds room for.
  std::uint32_t lanes = 0;
  thread_mode threading = thread_mode::none;
  /// Directory of the journal, made if it is missing; empty keeps everything in memory. With it the
  /// engine starts two threads of its own whatever `threading` says: one that writes and syncs, one
  /// that prepares files.
  std::string data_dir = {};
  /// What messages of queues survive that ask for no level of their own; not given: disk when a
  /// data directory is open, else memory.
  std::optional<durability> level = std::nullopt;
  limits_profile limits = limits_profile::open;
  /// Bytes of messages and state; 0 = 75 % of what the cgroup, or else the machine, has.
  /// Above it sends fail with errc::memory_full; receives and deletes go on.
  std::uint64_t memory_max = 0;
  /// Bytes of that for bodies and for what lanes keep of them, whichever asks first, rounded up to
  /// 2 MiB, which are mapped and touched when the engine opens, in pages of 2 MiB where the system
  /// has them, and kept: else the system finds a page at the first touch of each, up to 0.4 us a
  /// KiB, and gets it back when it falls free. Lanes bound to a node (threads of the engine's own
  /// on a machine of several) take theirs from the system. Above
  /// memory_max or the machine's memory: errc::invalid_option; more than the system gives:
  /// errc::memory_full.
  std::uint64_t pool_prefault = 0;
  clock_mode clock = clock_mode::system;
  /// Start of the ids and receipts that lanes generate; 0 = taken from the operating system.
  std::uint64_t seed = 0;
  /// Clients (producer threads with an inbox) that may be open at a time.
  std::uint32_t clients_max = 256;
  /// Operations that one client may have outstanding; one more is errc::would_block.
  std::uint32_t client_window = 1024;
  /// Messages of one queue that may be in flight; one more receive is errc::over_limit.
  std::uint32_t in_flight_max = 120'000;
  /// Bytes of a message's body and attributes, and of a batch, 1024..1048576. SQS takes 1 MiB since
  /// 2025 and took 256 KiB before. Also the largest MaximumMessageSize of a queue, and the default.
  std::uint32_t message_size_max = message_bytes_max;
  /// Bytes of data of a record in a stream that is journaled, 1048576..10485760: up to what its
  /// MaxRecordSizeInKiB may go. A directory with larger records is not opened.
  std::uint32_t stream_record_size_max = 1U << 20;
  /// How long a stream shows that it is being made, changed or deleted (stream_status), up to 10
  /// minutes; meanwhile it is not active, as in AWS. 0: it is done at once.
  std::uint32_t stream_change_ms = 0;
  /// A receive of a standard queue that does not wait sees a part of its messages only, as if the
  /// queue lay on many hosts: it may come back with fewer, or none. Which part follows from `seed`.
  bool short_poll_sampling = false;
  /// Twelve digits; the owner that queue ARNs and URLs name.
  std::string account_id = "000000000000";
  /// The region that queue ARNs name.
  std::string region = "us-east-1";

  /// Where lanes get their memory; null = anonymous mappings, bound to the lane's NUMA node.
  /// Must outlive the engine. See <millrace/extent_source.hpp>.
  extent_source* extents = nullptr;
  /// Called first on each thread that the engine starts (thread_mode::own), with the lane's number
  /// and `thread_context`; to name the thread, or to set its priority. May be null.
  void (*on_thread_start)(std::uint32_t lane, void* context) = nullptr;
  void* thread_context = nullptr;
  /// thread_mode::none: called on another thread when a lane whose poller sleeps has work; see
  /// engine::prepare_to_sleep(). Must not block. May be null.
  void (*on_lane_wake)(std::uint32_t lane, void* context) noexcept = nullptr;
  void* wake_context = nullptr;

  /// errc::invalid_option if a value is outside its row's range or contradicts another;
  /// errc::durability_missing if `level` is above what there is without a data directory.
  [[nodiscard]] MR_EXPORT result<void> validate() const noexcept;
};

}  // namespace v1
}  // namespace millrace
