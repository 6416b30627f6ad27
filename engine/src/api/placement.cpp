// The public face of sync/placement: this machine's plan as plain data, and its application.
#include <millrace/placement.hpp>

#include "sync/cpu_binding.hpp"
#include "sync/placement.hpp"

namespace millrace {
inline namespace v1 {

result<placement_plan> plan_placement(std::uint32_t lanes, bool fused) {
  if (lanes > static_cast<std::uint32_t>(sync::placed_threads_max)) return errc::invalid_option;
  const result<sync::topology> machine = sync::read_topology();
  if (!machine) return machine.error();
  const result<sync::placement> made = sync::plan_placement(
      *machine, {.lanes = static_cast<int>(lanes),
                 .mode = fused ? sync::lane_mode::fused : sync::lane_mode::separate});
  if (!made) return made.error();
  placement_plan plan;
  for (const sync::placement::thread_place& place : made->threads) {
    plan.threads.push_back({static_cast<std::uint32_t>(place.number), place.cpu, place.node});
  }
  plan.may_spin = made->may_spin;
  plan.bind = made->bind && machine->is_this_machine;
  plan.bind_memory = plan.bind && made->bind_memory;
  plan.text = sync::to_text(*made);
  return plan;
}

bool bind_this_thread(const placement_plan& plan, std::size_t index) noexcept {
  if (index >= plan.threads.size()) return false;
  const placement_plan::thread& place = plan.threads[index];
  bool done = true;
  if (plan.bind) done = sync::bind_this_thread(place.cpu);
  if (plan.bind_memory) done = sync::prefer_memory_of(place.numa_node) && done;
  return done;
}

}  // namespace v1
}  // namespace millrace
