// The only file that includes hwloc. Everything but cores, last-level caches and nodes is filtered
// out before discovery, and nothing of hwloc stays in memory afterwards.
#include "sync/topology.hpp"

#include <hwloc.h>

#include <algorithm>
#include <memory>
#include <tuple>

#include "sync/machine_limits.hpp"

namespace millrace::sync {
namespace {

struct topology_deleter {
  void operator()(hwloc_topology* t) const noexcept { hwloc_topology_destroy(t); }
};
using topology_ptr = std::unique_ptr<hwloc_topology, topology_deleter>;

struct bitmap_deleter {
  void operator()(hwloc_bitmap_s* b) const noexcept { hwloc_bitmap_free(b); }
};
using bitmap_ptr = std::unique_ptr<hwloc_bitmap_s, bitmap_deleter>;

topology_ptr make_empty() {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) return nullptr;
  topology_ptr machine(raw);
  hwloc_topology_set_all_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_NONE);
  for (const hwloc_obj_type_t kept : {HWLOC_OBJ_CORE, HWLOC_OBJ_L3CACHE}) {
    hwloc_topology_set_type_filter(raw, kept, HWLOC_TYPE_FILTER_KEEP_ALL);
  }
  // Nodes hang off these; without them hwloc moves all nodes up to the machine.
  for (const hwloc_obj_type_t kept : {HWLOC_OBJ_PACKAGE, HWLOC_OBJ_DIE, HWLOC_OBJ_GROUP}) {
    hwloc_topology_set_type_filter(raw, kept, HWLOC_TYPE_FILTER_KEEP_STRUCTURE);
  }
  return machine;
}

// The number of the object of `type` around `pu`, or of the processor itself where the machine
// does not tell (virtual machines, some containers).
int index_around(hwloc_topology_t machine, hwloc_obj_type_t type, hwloc_obj_t pu, int otherwise) {
  const hwloc_obj_t around = hwloc_get_ancestor_obj_by_type(machine, type, pu);
  return around == nullptr ? otherwise : static_cast<int>(around->logical_index);
}

int node_of(hwloc_obj_t pu) {
  const int node = hwloc_bitmap_first(pu->nodeset);
  return node < 0 ? 0 : node;
}

// Numbers from 0 without gaps, in the order in which they appear.
void renumber(std::vector<topology::processor>& all, int topology::processor::*member) {
  std::vector<int> seen;
  for (topology::processor& p : all) {
    const auto at = std::find(seen.begin(), seen.end(), p.*member);
    const auto number = static_cast<int>(at - seen.begin());
    if (at == seen.end()) seen.push_back(p.*member);
    p.*member = number;
  }
}

topology convert(hwloc_topology_t machine) {
  topology found;
  found.is_this_machine = hwloc_topology_is_thissystem(machine) != 0;
  const bitmap_ptr permitted(hwloc_bitmap_dup(hwloc_topology_get_allowed_cpuset(machine)));
  if (found.is_this_machine && permitted != nullptr) {
    const bitmap_ptr ours(hwloc_bitmap_alloc());
    if (ours != nullptr && hwloc_get_cpubind(machine, ours.get(), HWLOC_CPUBIND_PROCESS) == 0) {
      hwloc_bitmap_and(permitted.get(), permitted.get(), ours.get());
    }
  }
  hwloc_obj_t pu = nullptr;
  while ((pu = hwloc_get_next_obj_by_type(machine, HWLOC_OBJ_PU, pu)) != nullptr) {
    const auto cpu = static_cast<int>(pu->os_index);
    if (permitted != nullptr && !hwloc_bitmap_isset(permitted.get(), pu->os_index)) continue;
    const int node = node_of(pu);
    found.processors.push_back({
        .cpu = cpu,
        .core = index_around(machine, HWLOC_OBJ_CORE, pu, 1'000'000 + cpu),
        .cache = index_around(machine, HWLOC_OBJ_L3CACHE, pu, 1'000'000 + node),
        .node = node,
    });
  }
  std::sort(found.processors.begin(), found.processors.end(), [](const auto& a, const auto& b) {
    return std::tie(a.node, a.cache, a.core, a.cpu) < std::tie(b.node, b.cache, b.core, b.cpu);
  });
  renumber(found.processors, &topology::processor::core);
  renumber(found.processors, &topology::processor::cache);
  return found;
}

int distinct(const std::vector<topology::processor>& all, int topology::processor::*member) {
  std::vector<int> values;
  for (const topology::processor& p : all) values.push_back(p.*member);
  std::sort(values.begin(), values.end());
  return static_cast<int>(std::unique(values.begin(), values.end()) - values.begin());
}

}  // namespace

int topology::cores() const { return distinct(processors, &processor::core); }
int topology::caches() const { return distinct(processors, &processor::cache); }
int topology::nodes() const { return distinct(processors, &processor::node); }

result<topology> read_topology() {
  const topology_ptr machine = make_empty();
  if (machine == nullptr || hwloc_topology_load(machine.get()) != 0) return errc::system;
  topology found = convert(machine.get());
  if (found.processors.empty()) return errc::system;
  if (found.is_this_machine) found.quota_milli = read_machine_limits().cpu_milli;
  return found;
}

result<topology> describe_topology(const std::string& description) {
  const topology_ptr machine = make_empty();
  if (machine == nullptr) return errc::system;
  if (hwloc_topology_set_synthetic(machine.get(), description.c_str()) != 0 ||
      hwloc_topology_load(machine.get()) != 0) {
    return errc::invalid_option;
  }
  topology found = convert(machine.get());
  found.is_this_machine = false;
  if (found.processors.empty()) return errc::invalid_option;
  return found;
}

}  // namespace millrace::sync
