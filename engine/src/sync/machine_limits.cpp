#include "sync/machine_limits.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

namespace millrace::sync {
namespace {

std::optional<std::string> read_text(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The number at the start of `text`, which is cut off; nullopt if there is none.
std::optional<std::int64_t> take_number(std::string_view& text) noexcept {
  const std::size_t begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + begin, end, value);
  if (error != std::errc{}) return std::nullopt;
  text = std::string_view(rest, static_cast<std::size_t>(end - rest));
  return value;
}

std::optional<std::int64_t> read_number(const std::string& path) {
  const std::optional<std::string> text = read_text(path);
  if (!text) return std::nullopt;
  std::string_view view = *text;
  return take_number(view);
}

std::int64_t milli(std::int64_t quota_us, std::int64_t period_us) noexcept {
  constexpr std::int64_t quota_us_max = 1'000'000'000'000;  // beyond is no limit, nor overflow
  if (quota_us <= 0 || period_us <= 0 || quota_us > quota_us_max) return 0;
  return std::max<std::int64_t>(1, quota_us * 1000 / period_us);
}

void lower_cpu(machine_limits& limits, std::int64_t cpu_milli) noexcept {
  if (cpu_milli <= 0) return;
  limits.cpu_milli = limits.cpu_milli == 0 ? cpu_milli : std::min(limits.cpu_milli, cpu_milli);
}

void lower_memory(machine_limits& limits, std::optional<std::int64_t> bytes) noexcept {
  // Version 1 writes "no limit" as a number near 2^63.
  constexpr std::int64_t unlimited = std::int64_t{1} << 60;
  if (!bytes || *bytes <= 0 || *bytes >= unlimited) return;
  const auto wanted = static_cast<std::uint64_t>(*bytes);
  limits.memory_bytes = limits.memory_bytes == 0 ? wanted : std::min(limits.memory_bytes, wanted);
}

void apply_group(machine_limits& limits, const std::string& group) {
  if (const auto cpu_max = read_text(group + "/cpu.max"))
    lower_cpu(limits, parse_cpu_max(*cpu_max));
  const auto quota = read_number(group + "/cpu.cfs_quota_us");
  const auto period = read_number(group + "/cpu.cfs_period_us");
  if (quota && period) lower_cpu(limits, milli(*quota, *period));
  lower_memory(limits, read_number(group + "/memory.max"));
  lower_memory(limits, read_number(group + "/memory.limit_in_bytes"));
}

// From the group itself up to the mount point: each level may limit us.
void apply_group_and_parents(machine_limits& limits, const std::string& mount, std::string path) {
  while (true) {
    apply_group(limits, mount + path);
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos || path.empty()) return;
    path.resize(slash);
  }
}

// One line of /proc/self/cgroup: "0::/path" (version 2) or "4:cpu,cpuacct:/path" (version 1).
void apply_line(machine_limits& limits, const std::string& mounts, std::string_view line) {
  const std::size_t first = line.find(':');
  const std::size_t second = line.find(':', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return;
  const std::string controllers(line.substr(first + 1, second - first - 1));
  std::string path(line.substr(second + 1));
  if (path == "/") path.clear();
  if (controllers.empty()) {
    apply_group_and_parents(limits, mounts, path);
    apply_group_and_parents(limits, mounts + "/unified", path);
    return;
  }
  const std::string list = ',' + controllers + ',';
  if (list.find(",cpu,") == std::string::npos && list.find(",memory,") == std::string::npos) return;
  apply_group_and_parents(limits, mounts + '/' + controllers, path);
}

std::optional<std::int64_t> machine_memory(const std::string& root) {
  const auto text = read_text(root + "/proc/meminfo");
  constexpr std::string_view label = "MemTotal:";
  const std::size_t at = text ? text->find(label) : std::string::npos;
  if (at == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(*text).substr(at + label.size());
  const auto kib = take_number(rest);
  return kib ? std::optional(*kib * 1024) : std::nullopt;
}

}  // namespace

std::int64_t parse_cpu_max(std::string_view text) noexcept {
  const auto quota = take_number(text);
  const auto period = quota ? take_number(text) : std::nullopt;
  return period ? milli(*quota, *period) : 0;
}

machine_limits read_machine_limits(const std::string& root) {
  machine_limits limits;
  lower_memory(limits, machine_memory(root));
  const auto groups = read_text(root + "/proc/self/cgroup");
  std::string_view rest = groups ? std::string_view(*groups) : std::string_view();
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    apply_line(limits, root + "/sys/fs/cgroup", rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return limits;
}

}  // namespace millrace::sync
