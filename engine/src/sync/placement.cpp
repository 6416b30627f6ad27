#include "sync/placement.hpp"

#include <algorithm>
#include <cstddef>

#include "sync/cpu_binding.hpp"

namespace millrace::sync {
namespace {

using processor = topology::processor;

// A core as a place for threads: its processors, of which the first is used first.
using core_place = std::vector<processor>;

// In the topology's order (node, cache, core), so that neighbours in the list are near each other.
std::vector<core_place> cores_of(const topology& machine) {
  std::vector<core_place> cores;
  for (const processor& p : machine.processors) {
    if (cores.empty() || cores.back().front().core != p.core) cores.emplace_back();
    cores.back().push_back(p);
  }
  return cores;
}

// The core with the lowest processor number is left to the system, where most interrupts and the
// programs that nobody places end up, as long as there is another for each thread.
void leave_one_to_the_system(std::vector<core_place>& cores, std::size_t threads) {
  if (cores.size() <= threads) return;
  const auto first = std::min_element(cores.begin(), cores.end(), [](const auto& a, const auto& b) {
    return a.front().cpu < b.front().cpu;
  });
  cores.erase(first);
}

// Place i of `count` threads: spread evenly over the cores, hence over caches and nodes; with more
// threads than cores the siblings follow, then everything again.
const processor& place_of(const std::vector<core_place>& cores, std::size_t i, std::size_t count) {
  const std::size_t round = i / cores.size();
  const std::size_t in_round = std::min(count - round * cores.size(), cores.size());
  const core_place& core = cores[i % cores.size() * cores.size() / in_round];
  return core[round % core.size()];
}

int usable_cores(const topology& machine, std::size_t cores) {
  const auto present = static_cast<std::int64_t>(cores);
  if (machine.quota_milli == 0) return static_cast<int>(present);
  return static_cast<int>(std::clamp<std::int64_t>(machine.quota_milli / 1000, 1, present));
}

int default_lanes(int usable, const placement_request& request) {
  constexpr int small_machine_cores = 3;
  if (request.mode == lane_mode::polled || usable <= small_machine_cores) return 1;
  const int taken = request.mode == lane_mode::separate ? request.io_threads : 0;
  return std::max(1, usable - 1 - taken);
}

void place_threads(placement& plan, std::vector<core_place> cores, int lanes,
                   const placement_request& request) {
  const bool separate = request.mode == lane_mode::separate;
  const int io_threads = separate ? request.io_threads : 0;
  const auto count = static_cast<std::size_t>(lanes) + static_cast<std::size_t>(io_threads);
  leave_one_to_the_system(cores, count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = static_cast<int>(i);
    const processor& p = place_of(cores, i, count);
    const bool io = number >= lanes;
    plan.threads.push_back({
        .does = io         ? placement::role::io
                : separate ? placement::role::lane
                           : placement::role::fused,
        .number = io ? number - lanes : number,
        .cpu = p.cpu,
        .core = p.core,
        .cache = p.cache,
        .node = p.node,
    });
    if (!io) plan.lanes.push_back({.lane = number, .thread = number, .memory_node = p.node});
  }
}

void decide_binding(placement& plan, const topology& machine, const placement_request& request) {
  const auto processors = static_cast<std::int64_t>(machine.processors.size());
  const bool quota_bites = machine.quota_milli != 0 && machine.quota_milli < processors * 1000;
  plan.bind = request.bind && !quota_bites && !plan.threads.empty();
  plan.bind_memory = plan.bind && machine.nodes() > 1;
  if (request.bind && quota_bites) {
    plan.notes.push_back(
        "The control group grants less than the processors it shows, so others share them: "
        "threads are left to the scheduler.");
  }
  if (!machine.is_this_machine) {
    plan.notes.push_back("This is the plan for a described machine; it is not applied.");
  }
}

void decide_spinning(placement& plan, const placement_request& request) {
  // Without an I/O loop in the lane's thread somebody outside is busy calling or polling.
  const int callers = request.mode == lane_mode::fused ? 0 : 1;
  plan.busy_threads =
      static_cast<int>(plan.threads.size()) + std::max(callers, request.other_busy_threads);
  plan.may_spin = plan.busy_threads <= plan.usable_cores;
  if (plan.busy_threads > plan.usable_cores) {
    plan.notes.push_back("More busy threads than cores: no thread spins.");
  }
}

bool reasonable(int count) { return count >= 0 && count <= placed_threads_max; }

}  // namespace

result<placement> plan_placement(const topology& machine, const placement_request& request) {
  if (machine.processors.empty() || !reasonable(request.lanes) || !reasonable(request.io_threads) ||
      !reasonable(request.other_busy_threads)) {
    return errc::invalid_option;
  }
  placement plan;
  std::vector<core_place> cores = cores_of(machine);
  plan.usable_cores = usable_cores(machine, cores.size());
  const int lanes = request.lanes > 0 ? request.lanes : default_lanes(plan.usable_cores, request);
  if (request.mode == lane_mode::polled) {
    for (int i = 0; i < lanes; ++i) plan.lanes.push_back({.lane = i, .memory_node = -1});
    plan.notes.push_back("Lanes run on the threads of whoever polls them; nothing is bound.");
  } else {
    place_threads(plan, std::move(cores), lanes, request);
  }
  decide_binding(plan, machine, request);
  decide_spinning(plan, request);
  return plan;
}

placed apply_placement(const placement& plan, std::size_t index, bool is_this_machine) noexcept {
  placed done;
  if (index >= plan.threads.size()) return done;
  const placement::thread_place& place = plan.threads[index];
  if (is_this_machine && plan.bind) done.thread_bound = bind_this_thread(place.cpu);
  if (is_this_machine && plan.bind_memory) done.memory_bound = prefer_memory_of(place.node);
  done.as_planned = done.thread_bound == plan.bind && done.memory_bound == plan.bind_memory;
  return done;
}

}  // namespace millrace::sync
