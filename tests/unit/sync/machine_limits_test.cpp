#include "sync/machine_limits.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

using millrace::sync::parse_cpu_max;
using millrace::sync::read_machine_limits;

// A file tree with /proc and /sys in it, removed with the object.
class fake_root {
 public:
  fake_root() {
    std::string pattern = testing::TempDir() + "millrace_limits_XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  fake_root(const fake_root&) = delete;
  fake_root& operator=(const fake_root&) = delete;
  ~fake_root() { std::filesystem::remove_all(path_); }

  void write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = path_ + name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(machine_limits, cpu_max_is_a_quota_over_a_period) {
  EXPECT_EQ(parse_cpu_max("150000 100000\n"), 1500);
  EXPECT_EQ(parse_cpu_max("10 1000000"), 1);
  EXPECT_EQ(parse_cpu_max("max 100000\n"), 0);
  for (const char* text : {"", "150000", "-1 100000", "150000 0", "99999999999999999999 1"}) {
    EXPECT_EQ(parse_cpu_max(text), 0) << text;
  }
}

TEST(machine_limits, a_machine_without_groups_has_its_own_memory) {
  const fake_root root;
  root.write("/proc/meminfo", "MemTotal:       16384 kB\nMemFree: 5 kB\n");
  const auto limits = read_machine_limits(root.path());
  EXPECT_EQ(limits.cpu_milli, 0);
  EXPECT_EQ(limits.memory_bytes, 16U << 20);
}

TEST(machine_limits, nothing_readable_means_nothing_known) {
  const fake_root root;
  const auto limits = read_machine_limits(root.path());
  EXPECT_EQ(limits.cpu_milli, 0);
  EXPECT_EQ(limits.memory_bytes, 0U);
}

TEST(machine_limits, version_2_takes_the_least_of_all_levels) {
  const fake_root root;
  root.write("/proc/meminfo", "MemTotal: 1048576 kB\n");
  root.write("/proc/self/cgroup", "0::/outer/inner\n");
  root.write("/sys/fs/cgroup/outer/cpu.max", "250000 100000\n");
  root.write("/sys/fs/cgroup/outer/memory.max", "536870912\n");
  root.write("/sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
  root.write("/sys/fs/cgroup/outer/inner/memory.max", "max\n");
  const auto limits = read_machine_limits(root.path());
  EXPECT_EQ(limits.cpu_milli, 2500);
  EXPECT_EQ(limits.memory_bytes, 512U << 20);
}

TEST(machine_limits, a_container_sees_its_group_at_the_root) {
  const fake_root root;
  root.write("/proc/self/cgroup", "0::/\n");
  root.write("/sys/fs/cgroup/cpu.max", "50000 100000\n");
  EXPECT_EQ(read_machine_limits(root.path()).cpu_milli, 500);
}

TEST(machine_limits, version_1_has_files_of_its_own) {
  const fake_root root;
  root.write("/proc/self/cgroup", "4:memory:/job\n3:cpu,cpuacct:/job\n1:name=systemd:/job\n");
  root.write("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "300000\n");
  root.write("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  root.write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  root.write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  root.write("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "1073741824\n");
  root.write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  const auto limits = read_machine_limits(root.path());
  EXPECT_EQ(limits.cpu_milli, 3000);
  EXPECT_EQ(limits.memory_bytes, 1U << 30);
}

TEST(machine_limits, this_machine_answers) {
  EXPECT_GT(read_machine_limits().memory_bytes, 1U << 20);
}

}  // namespace
