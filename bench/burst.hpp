// Runs two or three functions at once on pinned cores, in a short SCHED_FIFO burst where the
// system permits it, so that other work on the machine does not sit between them. Called from the
// harness's main thread, which is never real-time itself: threads are created before they become
// FIFO (they would inherit it), and they release each other, because a normal main thread could
// not run to release them once every core spins.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace millrace::bench {

/// What one thread of a burst does, and on which of the harness's cores (0 or 1).
struct burst_task {
  int core = 0;
  std::function<void()> body;
};

struct burst_result {
  std::uint64_t ns = 0;   ///< from the last start to the last end
  bool realtime = false;  ///< every thread ran under SCHED_FIFO
};

/// True when the process may use two cores or more.
[[nodiscard]] bool has_two_cores();

/// True when SCHED_FIFO is permitted.
[[nodiscard]] bool may_be_realtime();

/// How long share_a_core() wants them to be one.
enum class sharing : std::uint8_t {
  lasting,  ///< whenever it looks
  any,      ///< once at least: it may come and go within milliseconds
};
/// True while the harness's two cores are one that works for both, as a hypervisor may arrange for
/// a time: the same work then takes longer on both at once than on one. A few milliseconds.
[[nodiscard]] bool share_a_core(sharing how = sharing::lasting);

/// Runs the tasks from one common start to the end of the last. Kills the process when they take
/// more than 20 s: a burst is meant to last 5-20 ms, and a hung one would hold both cores.
burst_result run_burst(const std::vector<burst_task>& tasks);

/// Sleeps between bursts, so that real-time work stays far below the kernel's throttle (95 % of a
/// second), which would cut a hole of 50 ms into a run.
void rest_after_burst();

/// Nanoseconds of the monotonic clock.
[[nodiscard]] std::uint64_t now_ns() noexcept;

/// Ticks of the cheapest clock (time stamp counter on x86), for latencies within a burst.
[[nodiscard]] std::uint64_t ticks() noexcept;
/// Nanoseconds a tick, measured once.
[[nodiscard]] double ns_per_tick();

}  // namespace millrace::bench
