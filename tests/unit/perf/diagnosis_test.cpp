// Facts from a made-up file system, and which of them make a machine suspect.

#include "doctor/diagnosis.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>

namespace millrace::perf {
namespace {

namespace fs = std::filesystem;

machine_facts quiet_machine() {
  machine_facts facts;
  facts.cores_online = facts.cores_allowed = 8;
  facts.isolated = "4-7";
  facts.smt_active = "0";
  facts.governor = "performance";
  facts.turbo_off = "1";
  facts.clock_source = "tsc";
  facts.huge_pages = "madvise";
  facts.load = 0.1;
  facts.has_pressure = true;
  facts.open_files_max = 1'000'000;
  facts.listen_backlog_max = 4096;
  facts.local_ports = 28000;
  facts.may_realtime = facts.has_hardware_counters = true;
  return facts;
}

noise_facts quiet_noise() {
  noise_facts noise;
  noise.idle.has_pressure = true;
  noise.gap_max_ns = 5000;
  noise.clock_read_ns = 22;
  noise.record_ns = 1.7;
  return noise;
}

diagnosis of(const machine_facts& machine, const noise_facts& noise, const std::string& subject) {
  for (const diagnosis& each : diagnose(machine, noise)) {
    if (each.subject == subject) return each;
  }
  ADD_FAILURE() << "nothing said of " << subject;
  return {};
}

TEST(diagnosis, a_quiet_machine_is_fine_in_all_subjects_and_gets_no_advice) {
  const auto found = diagnose(quiet_machine(), quiet_noise());
  for (const diagnosis& each : found) {
    EXPECT_EQ(each.level, diagnosis_level::fine) << each.subject << ": " << each.seen;
    EXPECT_EQ(each.advice, "") << each.subject;
  }
  EXPECT_GE(found.size(), 18u);
  EXPECT_EQ(worst_of(found, quiet_noise(), false), trust::good);
}

TEST(diagnosis, each_disturbance_is_found_with_what_to_do) {
  struct trial {
    const char* subject;
    diagnosis_level level;
    std::function<void(machine_facts&, noise_facts&)> spoil;
  };
  const auto note = diagnosis_level::note, suspect = diagnosis_level::suspect;
  const std::vector<trial> trials = {
      {"steal", suspect, [](auto&, auto& noise) { noise.idle.steal_percent = 3; }},
      {"pressure", suspect, [](auto&, auto& noise) { noise.idle.pressure_percent = 30; }},
      {"pressure", note, [](auto& machine, auto&) { machine.has_pressure = false; }},
      {"load", note, [](auto& machine, auto&) { machine.load = 6; }},
      {"gaps", suspect, [](auto&, auto& noise) { noise.lost_percent = 4; }},
      {"clock", note, [](auto& machine, auto&) { machine.clock_source = "hpet"; }},
      {"instrument", note, [](auto&, auto& noise) { noise.record_ns = 9; }},
      {"governor", note, [](auto& machine, auto&) { machine.governor = "powersave"; }},
      {"turbo", note, [](auto& machine, auto&) { machine.turbo_off = "0"; }},
      {"frequencies", suspect, [](auto&, auto& noise) { noise.idle.mhz_spread_percent = 9; }},
      {"affinity", note, [](auto& machine, auto&) { machine.cores_allowed = 2; }},
      {"quota", suspect, [](auto& machine, auto&) { machine.cpu_quota = 1.5; }},
      {"hyperthreads", note, [](auto& machine, auto&) { machine.smt_active = "1"; }},
      {"isolation", note, [](auto& machine, auto&) { machine.isolated = ""; }},
      {"realtime", note, [](auto& machine, auto&) { machine.may_realtime = false; }},
      {"counters", note, [](auto& machine, auto&) { machine.has_hardware_counters = false; }},
      {"swap", suspect, [](auto& machine, auto&) { machine.swap_used_kib = 4096; }},
      {"huge pages", note, [](auto& machine, auto&) { machine.huge_pages = "always"; }},
      {"memory nodes", note, [](auto& machine, auto&) { machine.memory_nodes = 2; }},
      {"open files", note, [](auto& machine, auto&) { machine.open_files_max = 1024; }},
      {"listen backlog", note, [](auto& machine, auto&) { machine.listen_backlog_max = 128; }},
      {"local ports", note, [](auto& machine, auto&) { machine.local_ports = 100; }},
      {"build", suspect, [](auto& machine, auto&) { machine.debug_build = true; }},
  };
  for (const trial& each : trials) {
    machine_facts machine = quiet_machine();
    noise_facts noise = quiet_noise();
    each.spoil(machine, noise);
    const diagnosis found = of(machine, noise, each.subject);
    EXPECT_EQ(found.level, each.level) << each.subject;
    EXPECT_NE(found.advice, "") << each.subject;
    const trust verdict = worst_of(diagnose(machine, noise), noise, machine.debug_build);
    EXPECT_EQ(verdict != trust::good, each.level == suspect) << each.subject;
  }
}

TEST(diagnosis, facts_are_read_from_where_the_kernel_tells_them) {
  const fs::path root = fs::temp_directory_path() / ("millrace_doctor_" + std::to_string(getpid()));
  const auto put = [&](const char* path, const char* text) {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text << "\n";
  };
  put("sys/fs/cgroup/cpu.max", "150000 100000");
  put("sys/devices/system/cpu/isolated", "2-3");
  put("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave");
  put("sys/devices/system/node/node0/x", "");
  put("sys/devices/system/node/node1/x", "");
  put("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never");
  put("proc/meminfo", "MemTotal: 9 kB\nSwapTotal:  1000 kB\nSwapFree:  400 kB");
  put("proc/loadavg", "1.25 0 0 1/2 3");
  put("proc/sys/net/ipv4/ip_local_port_range", "32768\t60999");
  put("proc/pressure/cpu", "some");
  const machine_facts facts = read_machine_facts(root);
  fs::remove_all(root);
  EXPECT_EQ(facts.cpu_quota, 1.5);
  EXPECT_EQ(facts.isolated, "2-3");
  EXPECT_EQ(facts.governor, "powersave");
  EXPECT_EQ(facts.memory_nodes, 2);
  EXPECT_EQ(facts.huge_pages, "madvise");
  EXPECT_EQ(facts.swap_used_kib, 600u);
  EXPECT_EQ(facts.load, 1.25);
  EXPECT_EQ(facts.local_ports, 28232u);
  EXPECT_TRUE(facts.has_pressure);
  EXPECT_EQ(facts.clock_source, "") << "what is not told stays empty";
  EXPECT_FALSE(facts.listen_backlog_max);
  EXPECT_GE(facts.cores_online, 1);
}

TEST(noise_probe, a_gap_is_at_least_as_long_as_a_look_at_the_clock) {
  const noise_facts noise = probe_noise(0.02);
  EXPECT_GT(noise.clock_read_ns, 0);
  EXPECT_GE(noise.gap_max_ns, noise.clock_read_ns);
  EXPECT_GE(noise.lost_percent, 0);
  EXPECT_LE(noise.lost_percent, 100);
  EXPECT_GT(noise.record_ns, 0);
  EXPECT_GT(noise.idle.seconds, 0.005);
}

}  // namespace
}  // namespace millrace::perf
