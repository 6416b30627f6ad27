// machine_limits: how much processor time and memory the control groups, or else the machine, grant
// to this process. Read once when an engine or server starts; the only part of sync/ that reads
// files, and only those in which the kernel answers (/proc, /sys/fs/cgroup).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::sync {

struct machine_limits {
  /// Thousandths of a processor; 0 = no limit.
  std::int64_t cpu_milli = 0;
  /// Bytes: the smaller of the machine's memory and the control groups' limits; 0 = unknown.
  std::uint64_t memory_bytes = 0;
};

/// The least of what our control group and all groups above it grant, version 1 or 2. `root` stands
/// before /proc and /sys, for tests.
[[nodiscard]] machine_limits read_machine_limits(const std::string& root = {});

/// "150000 100000" (cpu.max) -> 1500; "max 100000" or anything else -> 0, no limit.
[[nodiscard]] std::int64_t parse_cpu_max(std::string_view text) noexcept;

}  // namespace millrace::sync
