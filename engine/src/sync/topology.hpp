// topology: what the machine offers to this process, as plain data: processors, the cores, caches
// and NUMA nodes that they belong to, and how much of them the control groups grant. Read once when
// an engine or server starts; input of the placement plan.
#pragma once

#include <cstdint>
#include <millrace/result.hpp>
#include <string>
#include <vector>

namespace millrace::sync {

struct topology {
  /// One processor that we may run on (a hardware thread).
  struct processor {
    int cpu = 0;    ///< the system's number, what threads are bound to
    int core = 0;   ///< 0, 1, ... over the machine; the SMT siblings of a core share it
    int cache = 0;  ///< 0, 1, ...; processors that share a last-level cache
    int node = 0;   ///< the system's number of the NUMA node
  };

  /// In the order node, cache, core, cpu.
  std::vector<processor> processors;
  /// Thousandths of a processor that the control groups grant; 0 = no limit.
  std::int64_t quota_milli = 0;
  /// False for a described machine: plans can be made for it and not applied.
  bool is_this_machine = false;

  [[nodiscard]] int cores() const;
  [[nodiscard]] int caches() const;
  [[nodiscard]] int nodes() const;
};

/// This machine, restricted to what the control groups and the affinity of the process
/// permit, with the quota. Honours hwloc's own variables (HWLOC_SYNTHETIC, HWLOC_XMLFILE), which
/// describe another machine. About 1 ms and under 1 MiB. errc::system: hwloc cannot read it.
[[nodiscard]] result<topology> read_topology();

/// A described machine, e.g. "NUMANode:2 Package:1 L3:1 Core:32 PU:1" (hwloc's synthetic syntax).
/// errc::invalid_option: not a description.
[[nodiscard]] result<topology> describe_topology(const std::string& description);

}  // namespace millrace::sync
