// The in-process benchmark: message cycles through one lane, measured in steady state. Used by the
// program queue_cycle and by the tests of the "0 allocations, 0 system calls" rule.
#pragma once

#include <cstdint>
#include <millrace/options.hpp>
#include <optional>

#include "cycle/cycle_chains.hpp"

namespace millrace::perf {

struct cycle_settings {
  thread_mode threading = thread_mode::own;
  std::size_t producers = 1;  ///< threads, each with a client; own only
  std::size_t body_bytes = 1024;
  std::size_t batch = 1;         ///< messages a call
  std::size_t outstanding = 64;  ///< calls in flight a producer
  std::uint64_t groups = 0;      ///< of a FIFO queue; 0: a standard queue
  double warm_up_seconds = 0.3;
  double seconds = 1;
  bool count_calls = false;  ///< trace system calls of producers and lane
  /// Caller and lane run under SCHED_FIFO, each on a processor of its own, if permitted; for one
  /// producer and less than a second in all.
  bool realtime = false;
};

struct cycle_result {
  double seconds = 0;
  std::uint64_t cycles = 0;                  ///< in the measured window
  std::uint64_t messages = 0;                ///< of those cycles
  std::uint64_t caller_cpu_ns = 0;           ///< all producers
  std::uint64_t lane_cpu_ns = 0;             ///< 0 with thread_mode::none
  std::optional<std::uint64_t> allocations;  ///< by any thread; nothing if not counted
  /// Of producers and lane; nothing if not counted or not permitted. `waits` are those by which a
  /// thread without work lets others run; all others would be calls made for messages.
  std::optional<std::uint64_t> system_calls;
  std::uint64_t system_calls_to_wait = 0;
  bool realtime = false;  ///< it was asked for and permitted
  cycle_tally tally;      ///< of the whole run, warm-up and end included
};

/// Asynchronous cycles. Throws std::runtime_error when the engine refuses or a cycle never ends.
[[nodiscard]] cycle_result run_cycles(const cycle_settings& settings);

/// One synchronous send, receive, delete after the other; producers is 1, batch 1 or 10.
[[nodiscard]] cycle_result run_sync_cycles(const cycle_settings& settings);

struct backlog_settings {
  thread_mode threading = thread_mode::own;
  std::size_t body_bytes = 1024;
  std::size_t batch = 1;  ///< of the drain; filling uses 10
  std::size_t outstanding = 64;
  std::uint64_t depth = 1'000'000;  ///< messages queued before a drain; a multiple of 10
  std::uint64_t drain = 20'000;     ///< messages received and deleted, in rounds of <= depth
  bool realtime = false;            ///< each round of the drain is a SCHED_FIFO burst
};

struct backlog_result {
  std::uint64_t drained = 0;
  double drain_seconds = 0;
  std::uint64_t drain_cpu_ns = 0;     ///< caller and lane
  std::uint64_t payload_bytes = 0;    ///< of the filled queue
  std::uint64_t resident_before = 0;  ///< of this process, before the engine was opened
  std::uint64_t resident_filled = 0;  ///< with the queue filled
  cycle_tally tally;
};

/// Fills a queue, then receives and deletes from its head.
[[nodiscard]] backlog_result run_backlog(const backlog_settings& settings);

/// Told by the program whether allocations are counted in it (it links millrace_alloc_count).
void set_allocation_counter(std::uint64_t (*total)() noexcept) noexcept;

}  // namespace millrace::perf
