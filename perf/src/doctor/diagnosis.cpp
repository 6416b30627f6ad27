#include "doctor/diagnosis.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/format.hpp"
#include "results/trust.hpp"

namespace millrace::perf {

namespace {

constexpr std::uint64_t open_files_wanted = 65536;
constexpr std::uint64_t backlog_wanted = 1024;
constexpr std::uint64_t ports_wanted = 25000;
constexpr double lost_percent_max = 1;
constexpr double record_ns_max = 4;

class findings {
 public:
  /// `advice` counts only when `level` is not fine.
  void add(const char* subject, diagnosis_level level, std::string seen, std::string advice) {
    if (level == diagnosis_level::fine) advice.clear();
    all_.push_back({level, subject, std::move(seen), std::move(advice)});
  }
  void suspect_if(bool bad, const char* subject, std::string seen, std::string advice) {
    add(subject, bad ? diagnosis_level::suspect : diagnosis_level::fine, std::move(seen),
        std::move(advice));
  }
  void note_if(bool bad, const char* subject, std::string seen, std::string advice) {
    add(subject, bad ? diagnosis_level::note : diagnosis_level::fine, std::move(seen),
        std::move(advice));
  }
  std::vector<diagnosis> take() { return std::move(all_); }

 private:
  std::vector<diagnosis> all_;
};

std::string or_unknown(const std::string& text) { return text.empty() ? "not told" : text; }

void look_at_noise(const machine_facts& machine, const noise_facts& noise, findings& found) {
  found.suspect_if(noise.idle.steal_percent > disturbance_limit::steal_percent, "steal",
                   format("%.2f %% of processor time", noise.idle.steal_percent),
                   "the host gives your time to others: another machine, or a quieter hour");
  if (machine.has_pressure) {
    found.suspect_if(
        noise.idle.pressure_percent > disturbance_limit::pressure_percent, "pressure",
        format("some task waited for a core %.1f %% of the time", noise.idle.pressure_percent),
        "end what else runs: ps -eo pcpu,pid,comm --sort=-pcpu | head");
  } else {
    found.note_if(true, "pressure", "the kernel does not tell",
                  "boot with psi=1, so that runs can tell when others disturbed them");
  }
  if (machine.load) {
    found.note_if(*machine.load > machine.cores_online / 2.0, "load",
                  format("%.2f on %d cores", *machine.load, machine.cores_online),
                  "wait until it is below half a task a core");
  }
  found.suspect_if(
      noise.lost_percent > lost_percent_max, "gaps",
      format("a spinning thread lost %.2f %%, p99.9 %s, longest %s", noise.lost_percent,
             time_text(noise.gap_p999_ns).c_str(), time_text(noise.gap_max_ns).c_str()),
      "latencies below the longest gap say more of the machine than of the program");
}

void look_at_clocks(const machine_facts& machine, const noise_facts& noise, findings& found) {
  const bool slow = !machine.clock_source.empty() && machine.clock_source != "tsc" &&
                    machine.clock_source != "kvm-clock" &&
                    machine.clock_source != "arch_sys_counter";
  found.note_if(
      slow, "clock",
      or_unknown(machine.clock_source) + ", " + time_text(noise.clock_read_ns) + " a look",
      "echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource");
  found.note_if(noise.record_ns > record_ns_max, "instrument",
                format("%.1f ns a record", noise.record_ns),
                "more than the 2 ns of a quiet machine: stamp fewer messages");
  found.note_if(!machine.governor.empty() && machine.governor != "performance", "governor",
                or_unknown(machine.governor), "cpupower frequency-set -g performance");
  found.note_if(machine.turbo_off == "0" || machine.boost == "1", "turbo",
                machine.turbo_off == "0" || machine.boost == "1" ? "on" : "off or not told",
                machine.turbo_off == "0" ? "echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo"
                                         : "echo 0 > /sys/devices/system/cpu/cpufreq/boost");
  found.suspect_if(noise.idle.mhz_spread_percent > 5, "frequencies",
                   format("cores within %.1f %%", noise.idle.mhz_spread_percent),
                   "let all cores run at one frequency: see governor and turbo");
}

void look_at_cores(const machine_facts& machine, findings& found) {
  found.note_if(machine.cores_allowed < machine.cores_online, "affinity",
                format("%d of %d cores", machine.cores_allowed, machine.cores_online),
                format("taskset -pc 0-%d $$, unless you chose it", machine.cores_online - 1));
  found.suspect_if(machine.cpu_quota && *machine.cpu_quota < machine.cores_allowed, "quota",
                   machine.cpu_quota ? format("%.2f cores", *machine.cpu_quota) : "none",
                   "the control group takes the processor away: raise or lift its cpu.max");
  found.note_if(machine.smt_active == "1", "hyperthreads",
                machine.smt_active == "1" ? "two threads share a core" : "none",
                "echo off > /sys/devices/system/cpu/smt/control, or pin one thread a core");
  found.note_if(
      machine.isolated.empty(), "isolation",
      machine.isolated.empty() ? "no core is isolated" : "cores " + machine.isolated,
      "for latencies of microseconds: boot with isolcpus= and nohz_full=, pin with taskset");
  found.note_if(!machine.may_realtime, "realtime", machine.may_realtime ? "permitted" : "refused",
                "run as root, or: setcap cap_sys_nice+ep on the program");
  found.note_if(!machine.has_hardware_counters, "counters",
                machine.has_hardware_counters ? "of the hardware" : "none of the hardware",
                "instructions are counted with valgrind --tool=cachegrind instead");
}

void look_at_memory(const machine_facts& machine, findings& found) {
  found.suspect_if(
      machine.swap_used_kib > 0, "swap",
      format("%llu MiB in use", static_cast<unsigned long long>(machine.swap_used_kib / 1024)),
      "swapoff -a, if memory suffices");
  found.note_if(machine.huge_pages == "always", "huge pages", or_unknown(machine.huge_pages),
                "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled: no sudden collapses");
  found.note_if(machine.memory_nodes > 1 && machine.memory_balancing != "0", "memory nodes",
                std::to_string(machine.memory_nodes),
                "numactl --cpunodebind=0 --membind=0; sysctl kernel.numa_balancing=0");
}

void look_at_limits(const machine_facts& machine, findings& found) {
  found.note_if(
      machine.open_files_max < open_files_wanted, "open files",
      std::to_string(machine.open_files_max),
      "ulimit -n " + std::to_string(open_files_wanted) + ", for thousands of connections");
  if (machine.listen_backlog_max) {
    found.note_if(*machine.listen_backlog_max < backlog_wanted, "listen backlog",
                  std::to_string(*machine.listen_backlog_max),
                  "sysctl net.core.somaxconn=" + std::to_string(4 * backlog_wanted));
  }
  if (machine.local_ports) {
    found.note_if(*machine.local_ports < ports_wanted, "local ports",
                  std::to_string(*machine.local_ports),
                  "sysctl net.ipv4.ip_local_port_range='10240 65535'");
  }
  found.suspect_if(machine.debug_build, "build",
                   machine.debug_build ? "not optimised, or with a sanitizer" : "optimised",
                   "cmake --preset release");
}

}  // namespace

const char* to_string(diagnosis_level level) noexcept {
  switch (level) {
    case diagnosis_level::fine: return "fine";
    case diagnosis_level::note: return "note";
    case diagnosis_level::suspect: return "SUSPECT";
  }
  return "SUSPECT";
}

std::vector<diagnosis> diagnose(const machine_facts& machine, const noise_facts& noise) {
  findings found;
  look_at_noise(machine, noise, found);
  look_at_clocks(machine, noise, found);
  look_at_cores(machine, found);
  look_at_memory(machine, found);
  look_at_limits(machine, found);
  return found.take();
}

trust worst_of(const std::vector<diagnosis>& found, const noise_facts& noise, bool debug_build) {
  const trust of_run = judge(noise.idle, {.debug_build = debug_build}).value;
  const bool suspect = std::any_of(found.begin(), found.end(), [](const diagnosis& each) {
    return each.level == diagnosis_level::suspect;
  });
  return std::max(of_run, suspect ? trust::suspect : trust::good);
}

std::string diagnosis_text(const std::vector<diagnosis>& found, trust verdict) {
  std::string text;
  for (const diagnosis& each : found) {
    text += format("%-8s %-14s ", to_string(each.level), each.subject.c_str()) + each.seen + "\n";
    if (!each.advice.empty()) text += std::string(24, ' ') + each.advice + "\n";
  }
  return text + "a run now would be: " + to_string(verdict) + "\n";
}

std::string diagnosis_json(const std::vector<diagnosis>& found, trust verdict,
                           const noise_facts& noise) {
  nlohmann::ordered_json root = {{"trust", to_string(verdict)},
                                 {"clock_read_ns", noise.clock_read_ns},
                                 {"record_ns", noise.record_ns},
                                 {"gap_max_ns", noise.gap_max_ns},
                                 {"gap_p999_ns", noise.gap_p999_ns},
                                 {"lost_percent", noise.lost_percent},
                                 {"steal_percent", noise.idle.steal_percent}};
  if (noise.idle.has_pressure) root["pressure_percent"] = noise.idle.pressure_percent;
  root["findings"] = nlohmann::ordered_json::array();
  for (const diagnosis& each : found) {
    root["findings"].push_back({{"level", to_string(each.level)},
                                {"subject", each.subject},
                                {"seen", each.seen},
                                {"advice", each.advice}});
  }
  return root.dump() + "\n";
}

}  // namespace millrace::perf
