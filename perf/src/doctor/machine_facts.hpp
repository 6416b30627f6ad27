// What of a machine decides whether it measures well, read once. The file system's root may be
// another one, for tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace millrace::perf {

/// Texts are empty and numbers missing where the system does not tell.
struct machine_facts {
  int cores_online = 0;
  int cores_allowed = 0;            ///< by this process's affinity
  std::optional<double> cpu_quota;  ///< cores that the control group grants
  std::string isolated;             ///< list of cores that the scheduler leaves alone
  std::string smt_active;           ///< "0" or "1"
  std::string governor;
  std::string turbo_off;  ///< intel_pstate/no_turbo: "0" or "1"
  std::string boost;      ///< cpufreq/boost: "0" or "1"
  std::string clock_source;
  std::string huge_pages;  ///< the choice in brackets
  std::string memory_balancing;
  int memory_nodes = 1;
  std::uint64_t swap_used_kib = 0;
  std::optional<double> load;  ///< average of a minute
  bool has_pressure = false;
  std::uint64_t open_files_max = 0;
  std::optional<std::uint64_t> listen_backlog_max;
  std::optional<std::uint64_t> local_ports;
  bool may_realtime = false;
  bool has_hardware_counters = false;
  bool debug_build = false;
};

[[nodiscard]] machine_facts read_machine_facts(const std::filesystem::path& root = "/");

}  // namespace millrace::perf
