// Reads the fingerprint from /proc, /sys and the compiler's macros.

#include "results/environment.hpp"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <linux/perf_event.h>
#include <openssl/evp.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace millrace::perf {

namespace {

constexpr const char* unknown = "unknown";
constexpr const char* clock_source_path =
    "/sys/devices/system/clocksource/clocksource0/current_clocksource";
constexpr const char* governor_path = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) || line.empty()) return unknown;
  return line;
}

/// The value of the first "key : value" line of /proc/cpuinfo.
std::string cpuinfo(const std::string& key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, key.size(), key) != 0) continue;
    const auto colon = line.find(':');
    if (colon == std::string::npos || colon + 2 > line.size()) continue;
    if (line.find_first_not_of(" \t", key.size()) != colon) continue;
    return line.substr(colon + 2);
  }
  return unknown;
}

std::string memory_nodes() {
  std::error_code ignored;
  int nodes = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("/sys/devices/system/node", ignored)) {
    const std::string name = entry.path().filename();
    if (name.size() > 4 && name.starts_with("node") && std::isdigit(name[4])) ++nodes;
  }
  return nodes == 0 ? unknown : std::to_string(nodes);
}

std::string virtualisation() {
  const std::string flags = cpuinfo("flags") + " ";
  if (flags.find(" hypervisor ") == std::string::npos) return "none";
  std::string text = "virtual machine";
  const std::string vendor = first_line("/sys/class/dmi/id/sys_vendor");
  if (vendor != unknown) text += ", " + vendor;
  return text;
}

std::string kernel_release() {
  utsname names{};
  return uname(&names) == 0 ? names.release : unknown;
}

/// "6.1" of "6.1.0-13-amd64".
std::string kernel_series() {
  const std::string release = kernel_release();
  const auto first = release.find('.');
  return release.substr(0, release.find_first_not_of("0123456789", first + 1));
}

std::string compiler() {
#if defined(__clang__)
  return std::string("clang ") + __clang_version__;
#else
  return std::string("g++ ") + __VERSION__;
#endif
}

std::string allocator() {
  using control = int (*)(const char*, void*, std::size_t*, void*, std::size_t);
  const auto mallctl = reinterpret_cast<control>(dlsym(RTLD_DEFAULT, "mallctl"));
  if (mallctl == nullptr) return "libc";
  const char* version = nullptr;
  std::size_t size = sizeof version;
  if (mallctl("version", &version, &size, nullptr, 0) != 0 || version == nullptr) return "jemalloc";
  return std::string("jemalloc ") + std::string(version).substr(0, std::strcspn(version, "-"));
}

std::string has_hardware_counters() {
  perf_event_attr wanted{};
  wanted.type = PERF_TYPE_HARDWARE;
  wanted.size = sizeof wanted;
  wanted.config = PERF_COUNT_HW_INSTRUCTIONS;
  wanted.exclude_kernel = 1;
  const long descriptor = syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0);
  if (descriptor < 0) return "no";
  close(static_cast<int>(descriptor));
  return "yes";
}

std::string file_limit() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? std::to_string(limit.rlim_cur) : unknown;
}

void read_frequencies(machine_sample& sample) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("cpu MHz")) continue;
    const double mhz = std::atof(line.c_str() + line.find(':') + 1);
    sample.mhz_min = sample.mhz_max == 0 ? mhz : std::min(sample.mhz_min, mhz);
    sample.mhz_max = std::max(sample.mhz_max, mhz);
  }
}

}  // namespace

bool is_debug_build() noexcept {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
  return true;
#else
  return std::string_view(MILLRACE_BUILD_TYPE) == "Debug";
#endif
}

std::string sha256_hex(const std::string& bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1) return {};
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += digits[digest[i] >> 4];
    hex += digits[digest[i] & 15];
  }
  return hex;
}

environment probe_environment() {
  environment env;
  env.identity = {
      {"cpu", cpuinfo("model name") + ", family " + cpuinfo("cpu family") + ", model " +
                  cpuinfo("model") + ", stepping " + cpuinfo("stepping")},
      {"cores", std::to_string(sysconf(_SC_NPROCESSORS_ONLN))},
      {"memory_nodes", memory_nodes()},
      {"smt", first_line("/sys/devices/system/cpu/smt/active")},
      {"virtualisation", virtualisation()},
      {"kernel", kernel_series()},
      {"compiler", compiler()},
      {"flags", MILLRACE_BUILD_FLAGS},
      {"allocator", allocator()},
      {"build_type", MILLRACE_BUILD_TYPE},
  };
  env.observed = {
      {"kernel_release", kernel_release()},
      {"microcode", cpuinfo("microcode")},
      {"clock_source", first_line(clock_source_path)},
      {"hardware_counters", has_hardware_counters()},
      {"governor", first_line(governor_path)},
      {"transparent_huge_pages", first_line("/sys/kernel/mm/transparent_hugepage/enabled")},
      {"cgroup_cpu_max", first_line("/sys/fs/cgroup/cpu.max")},
      {"load_average", first_line("/proc/loadavg")},
      {"memory", first_line("/proc/meminfo")},
      {"open_files_max", file_limit()},
      {"c_library", gnu_get_libc_version()},
      {"cpu_flags", cpuinfo("flags")},
  };
  return env;
}

std::string environment_key(const environment& env) {
  std::string text;
  for (const auto& [name, value] : env.identity) {
    text.append(name).append("=").append(value).append("\n");
  }
  return sha256_hex(text);
}

machine_sample sample_machine() {
  machine_sample sample;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  sample.wall_ns = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
                   static_cast<std::uint64_t>(now.tv_nsec);
  std::istringstream columns(first_line("/proc/stat"));
  std::string label;
  columns >> label;
  std::uint64_t ticks = 0;
  // user nice system idle iowait irq softirq steal; guest time is contained in user
  for (int column = 0; column < 8 && columns >> ticks; ++column) {
    sample.cpu_ticks += ticks;
    if (column == 7) sample.steal_ticks = ticks;
  }
  const std::string pressure = first_line("/proc/pressure/cpu");
  const auto total = pressure.find("total=");
  sample.has_pressure = total != std::string::npos;
  if (sample.has_pressure) {
    sample.pressure_some_us = std::strtoull(pressure.c_str() + total + 6, nullptr, 10);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  sample.involuntary_switches = static_cast<std::uint64_t>(usage.ru_nivcsw);
  read_frequencies(sample);
  return sample;
}

disturbance difference(const machine_sample& before, const machine_sample& after) {
  disturbance seen;
  seen.seconds = static_cast<double>(after.wall_ns - before.wall_ns) / 1e9;
  const auto ticks = static_cast<double>(after.cpu_ticks - before.cpu_ticks);
  if (ticks > 0) {
    seen.steal_percent = 100 * static_cast<double>(after.steal_ticks - before.steal_ticks) / ticks;
  }
  seen.has_pressure = before.has_pressure && after.has_pressure;
  if (seen.seconds > 0) {
    const auto waited = static_cast<double>(after.pressure_some_us - before.pressure_some_us);
    if (seen.has_pressure) seen.pressure_percent = waited / (seen.seconds * 1e4);
    seen.involuntary_switches_per_second =
        static_cast<double>(after.involuntary_switches - before.involuntary_switches) /
        seen.seconds;
  }
  const double low = std::min(before.mhz_min, after.mhz_min);
  const double high = std::max(before.mhz_max, after.mhz_max);
  if (high > 0) seen.mhz_spread_percent = 100 * (high - low) / high;
  return seen;
}

}  // namespace millrace::perf
