// placement: which processor each of a program's lane threads goes to, for programs that bring the
// threads themselves (thread_mode::none): a server whose I/O loops poll their lanes, a load tool.
// With thread_mode::own the engine makes and applies the same plan. Made once, before threads
// start.
#pragma once

#include <cstdint>
#include <millrace/export.hpp>
#include <millrace/result.hpp>
#include <string>
#include <vector>

namespace millrace {
inline namespace v1 {

struct placement_plan {
  struct thread {
    std::uint32_t lane = 0;  ///< which lane it polls
    int cpu = 0;             ///< the system's number of the processor
    int numa_node = 0;       ///< of that processor
  };
  /// One a lane, in the order of the lanes. Open the engine with as many.
  std::vector<thread> threads;
  /// A thread may spin before it blocks: there is a core for each. If not, block at once.
  bool may_spin = false;
  /// Threads are to be bound to their processors, by bind_this_thread(). False where others share
  /// them (a control group's quota) or when the plan is for a described machine.
  bool bind = false;
  /// There is more than one NUMA node, so that memory is to be bound as well.
  bool bind_memory = false;
  /// The plan for people, a line a thread with its reasons, and as the last line the same in JSON.
  std::string text;
};

/// The plan for this machine, within what control groups and affinity leave of it; hwloc's
/// variables (HWLOC_SYNTHETIC, HWLOC_XMLFILE) describe another one. `lanes` 0: as many as there is
/// room for. `fused`: the thread of a lane does the program's I/O as well; if not, one thread
/// beside them is assumed to be busy. About 1 ms.
/// errc::invalid_option: more than 4,096 lanes. errc::system: the machine cannot be read.
MR_EXPORT result<placement_plan> plan_placement(std::uint32_t lanes, bool fused);

/// Called by thread `index` of the plan when it starts: goes to its processor, and takes new memory
/// from that node, if the plan says so. True if what the plan asks for was done; if not, say so
/// once and run on. False for an index that the plan does not have.
MR_EXPORT bool bind_this_thread(const placement_plan& plan, std::size_t index) noexcept;

}  // namespace v1
}  // namespace millrace
