#include "doctor/machine_facts.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "process/realtime.hpp"
#include "results/environment.hpp"

namespace millrace::perf {

namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::optional<std::uint64_t> first_number(const fs::path& path) {
  std::istringstream text(first_line(path));
  std::uint64_t value = 0;
  if (!(text >> value)) return std::nullopt;
  return value;
}

/// "madvise" of "always [madvise] never".
std::string chosen_word(const std::string& line) {
  const auto open = line.find('['), close = line.find(']');
  if (open == std::string::npos || close == std::string::npos) return {};
  return line.substr(open + 1, close - open - 1);
}

/// Cores of "50000 100000"; nothing for "max 100000".
std::optional<double> quota_of(const std::string& line) {
  std::istringstream text(line);
  double granted = 0, period = 0;
  if (!(text >> granted >> period) || !(period > 0)) return std::nullopt;
  return granted / period;
}

std::uint64_t swap_used(const fs::path& path) {
  std::ifstream file(path);
  std::uint64_t total = 0, free = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream text(line);
    std::string name;
    text >> name;
    if (name == "SwapTotal:") text >> total;
    if (name == "SwapFree:") text >> free;
  }
  return total > free ? total - free : 0;
}

int count_nodes(const fs::path& directory) {
  std::error_code missing;
  int nodes = 0;
  for (const auto& entry : fs::directory_iterator(directory, missing)) {
    const std::string name = entry.path().filename();
    if (name.size() > 4 && name.starts_with("node") && std::isdigit(name[4]) != 0) ++nodes;
  }
  return nodes == 0 ? 1 : nodes;
}

std::optional<std::uint64_t> port_count(const std::string& line) {
  std::istringstream text(line);
  std::uint64_t low = 0, high = 0;
  if (!(text >> low >> high) || high < low) return std::nullopt;
  return high - low + 1;
}

void ask_process(machine_facts& facts) {
  facts.cores_online = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    facts.cores_allowed = CPU_COUNT(&allowed);
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) facts.open_files_max = files.rlim_cur;
  facts.may_realtime = realtime_burst(1).active();
  facts.debug_build = is_debug_build();
  for (const auto& [name, value] : probe_environment().observed) {
    if (name == "hardware_counters") facts.has_hardware_counters = value == "yes";
  }
}

}  // namespace

machine_facts read_machine_facts(const fs::path& root) {
  machine_facts facts;
  ask_process(facts);
  const fs::path cores = root / "sys/devices/system/cpu";
  const fs::path settings = root / "proc/sys";
  facts.cpu_quota = quota_of(first_line(root / "sys/fs/cgroup/cpu.max"));
  facts.isolated = first_line(cores / "isolated");
  facts.smt_active = first_line(cores / "smt/active");
  facts.governor = first_line(cores / "cpu0/cpufreq/scaling_governor");
  facts.turbo_off = first_line(cores / "intel_pstate/no_turbo");
  facts.boost = first_line(cores / "cpufreq/boost");
  facts.clock_source =
      first_line(root / "sys/devices/system/clocksource/clocksource0/current_clocksource");
  facts.huge_pages = chosen_word(first_line(root / "sys/kernel/mm/transparent_hugepage/enabled"));
  facts.memory_balancing = first_line(settings / "kernel/numa_balancing");
  facts.memory_nodes = count_nodes(root / "sys/devices/system/node");
  facts.swap_used_kib = swap_used(root / "proc/meminfo");
  std::istringstream load(first_line(root / "proc/loadavg"));
  if (double value = 0; load >> value) facts.load = value;
  facts.has_pressure = fs::exists(root / "proc/pressure/cpu");
  facts.listen_backlog_max = first_number(settings / "net/core/somaxconn");
  facts.local_ports = port_count(first_line(settings / "net/ipv4/ip_local_port_range"));
  return facts;
}

}  // namespace millrace::perf
