// engine: the lanes, their memory and their journal. Open one, connect a client for each thread.
// With thread_mode::none the program runs the lanes itself by poll(); with thread_mode::own the
// engine has a thread for each. All functions may be called on any thread, but a lane is polled by
// one thread at a time (checked; a second one stops the program).
#pragma once

#include <memory>
#include <millrace/client.hpp>
#include <millrace/export.hpp>
#include <millrace/options.hpp>
#include <millrace/result.hpp>
#include <string>
#include <vector>

namespace millrace {
inline namespace v1 {

namespace detail {
class engine_core;
}

/// What an engine found in its data directory when it opened.
struct recovery_summary {
  std::uint64_t entries = 0;  ///< that were replayed
  std::uint64_t bytes = 0;    ///< of log that were read
  std::uint64_t queues = 0;
  std::uint64_t messages = 0;
  std::uint64_t streams = 0;
  std::uint64_t records = 0;
  std::uint64_t topics = 0;
  std::int64_t took_ns = 0;
  bool damaged = false;  ///< a finding is more than a torn end, which was never acknowledged
  /// What is not as it should be, a line each with segment and offset; nothing was deleted.
  std::vector<std::string> findings;
};

/// The journal's counters; zeros without a data directory.
struct journal_counters {
  std::uint64_t writes = 0;  ///< groups of entries that were written at once
  std::uint64_t syncs = 0;   ///< of them, to the disk
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;      ///< written, padding included
  std::uint64_t log_bytes = 0;  ///< from the oldest entry that is needed to the end
  bool disk_full = false;
  bool failed = false;
  std::string failure;  ///< in words
};

class MR_EXPORT engine {
 public:
  engine() noexcept;
  engine(engine&&) noexcept;
  engine& operator=(engine&&) noexcept;
  /// Stops the lanes. Every client must have gone before.
  ~engine();

  /// errc::invalid_option, durability_missing, system; with a data directory also data_dir_in_use,
  /// journal_damaged, disk_full, memory_full. `why`, if given, says in words what is wrong with the
  /// data directory.
  static result<engine> open(const options& = {}, std::string* why = nullptr);

  [[nodiscard]] recovery_summary recovered() const;
  [[nodiscard]] journal_counters journal() const;

  /// errc::too_many_clients.
  result<client> connect(const client_options& = {});

  [[nodiscard]] std::uint32_t lanes() const noexcept;
  /// The lane that owns queues of this name.
  [[nodiscard]] std::uint32_t lane_of(std::string_view queue_name) const noexcept;

  /// Engine time: milliseconds since the Unix epoch.
  [[nodiscard]] std::int64_t now_ms() const noexcept;
  /// Virtual time only: moves engine time on by `by_ms` >= 0. What becomes due is done by the
  /// lanes' next polls. errc::not_supported with the system clock.
  result<void> advance(std::int64_t by_ms);

  // thread_mode::none only.

  /// One bounded turn of a lane; returns how much was done, 0 when it is idle. Never blocks.
  std::size_t poll(std::uint32_t lane, std::size_t budget = 256) noexcept;
  /// Monotonic nanoseconds (CLOCK_MONOTONIC) until which an idle lane needs no poll unless
  /// options::on_lane_wake is called; INT64_MAX: for ever.
  [[nodiscard]] std::int64_t next_poll_ns(std::uint32_t lane) noexcept;
  /// CLOCK_MONOTONIC, in which next_poll_ns() counts.
  [[nodiscard]] static std::int64_t monotonic_ns() noexcept;
  /// Announces that the lane's poller is going to sleep. False: there is work, poll instead. After
  /// true, sleep until on_lane_wake or next_poll_ns(), then call end_sleep().
  bool prepare_to_sleep(std::uint32_t lane) noexcept;
  void end_sleep(std::uint32_t lane) noexcept;

 private:
  explicit engine(std::unique_ptr<detail::engine_core> core) noexcept;
  std::unique_ptr<detail::engine_core> core_;
};

}  // namespace v1
}  // namespace millrace
