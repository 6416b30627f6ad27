// placement: which lane, I/O thread and memory goes where on a machine. plan_placement() is a pure
// function of the topology and the request; the engine and the server carry its result out with
// apply_placement(), thread by thread, and `--print-placement` shows it.
#pragma once

#include <cstdint>
#include <millrace/result.hpp>
#include <string>
#include <vector>

#include "sync/topology.hpp"

namespace millrace::sync {

/// Who runs the lanes.
enum class lane_mode : std::uint8_t {
  fused,     ///< a lane and an I/O loop on one thread: the server
  separate,  ///< lanes on threads of their own; I/O threads, if any, beside them
  polled,    ///< the caller's threads: nothing is placed but memory
};

struct placement_request {
  /// 0 = as many as there is room for: one on 1 to 3 cores, else one for each core but one (and
  /// but those of the I/O threads); one if polled.
  int lanes = 0;
  lane_mode mode = lane_mode::fused;
  /// I/O threads beside the lanes (lane_mode::separate only).
  int io_threads = 0;
  /// Threads of the program around us that keep a core busy each. At least one is assumed if lanes
  /// are separate or polled: whoever calls.
  int other_busy_threads = 0;
  /// False: threads are left to the scheduler.
  bool bind = true;
};

struct placement {
  enum class role : std::uint8_t { fused, lane, io };

  struct thread_place {
    role does = role::fused;
    int number = 0;  ///< of the lane, or of the I/O thread
    int cpu = 0;     ///< the system's number; where the thread is bound if `bind`
    int core = 0;
    int cache = 0;
    int node = 0;
  };
  struct lane_place {
    int lane = 0;
    int thread = -1;  ///< index into `threads`; -1: polled by the caller
    /// Of the arena, the inboxes (their reader lives there) and the rings that the lane writes; -1:
    /// wherever the poller runs.
    int memory_node = 0;
  };

  std::vector<thread_place> threads;
  std::vector<lane_place> lanes;
  /// Cores that busy threads may count on: what the cpuset holds or the quota grants, at least 1.
  int usable_cores = 1;
  /// Our threads and the program's that want a core each.
  int busy_threads = 0;
  /// Threads may spin before they yield and park.
  bool may_spin = false;
  /// Threads are to be bound to their processors.
  bool bind = false;
  /// NUMA nodes are more than one, so memory is to be bound as well.
  bool bind_memory = false;
  /// Why something is not as one might expect, a sentence each.
  std::vector<std::string> notes;
};

/// More lanes or I/O threads than this are refused.
inline constexpr int placed_threads_max = 4096;

/// Pure. errc::invalid_option: a negative or absurd count, or a machine without processors.
[[nodiscard]] result<placement> plan_placement(const topology& machine,
                                               const placement_request& request);

/// A table for people, and as its last line the same as one line of JSON. Ends with a newline.
[[nodiscard]] std::string to_text(const placement& plan);

/// What the system permitted of a thread's place.
struct placed {
  bool thread_bound = false;
  bool memory_bound = false;
  /// All that the plan asked for was done; if not, say so once and run on.
  bool as_planned = false;
};

/// Called by thread `index` of the plan when it starts. Pass the topology's is_this_machine: a
/// described machine's plan is not applied to this one.
placed apply_placement(const placement& plan, std::size_t index, bool is_this_machine) noexcept;

}  // namespace millrace::sync
