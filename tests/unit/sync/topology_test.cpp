#include "sync/topology.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "base/clock.hpp"

namespace {

using millrace::errc;
using millrace::sync::describe_topology;
using millrace::sync::read_topology;
using millrace::sync::topology;

TEST(topology, a_description_becomes_processors_cores_caches_and_nodes) {
  const auto machine = describe_topology("NUMANode:2 L3Cache:2 Core:4 PU:2");
  ASSERT_TRUE(machine);
  EXPECT_EQ(machine->processors.size(), 32U);
  EXPECT_EQ(machine->cores(), 16);
  EXPECT_EQ(machine->caches(), 4);
  EXPECT_EQ(machine->nodes(), 2);
  EXPECT_FALSE(machine->is_this_machine);
  EXPECT_EQ(machine->quota_milli, 0);
  const topology::processor last = machine->processors.back();
  EXPECT_EQ(last.cpu, 31);
  EXPECT_EQ(last.core, 15);
  EXPECT_EQ(last.cache, 3);
  EXPECT_EQ(last.node, 1);
}

TEST(topology, without_caches_a_node_counts_as_one) {
  const auto machine = describe_topology("NUMANode:2 Package:1 Core:32 PU:1");
  ASSERT_TRUE(machine);
  EXPECT_EQ(machine->cores(), 64);
  EXPECT_EQ(machine->caches(), 2);
}

TEST(topology, without_cores_a_processor_counts_as_one) {
  const auto machine = describe_topology("PU:3");
  ASSERT_TRUE(machine);
  EXPECT_EQ(machine->cores(), 3);
  EXPECT_EQ(machine->nodes(), 1);
}

TEST(topology, nonsense_is_an_invalid_option) {
  for (const char* text : {"", "cores:eight", "Core:", "Core:-1 PU:1"}) {
    EXPECT_EQ(describe_topology(text).error(), errc::invalid_option) << text;
  }
}

// Recorded with lstopo on a virtual machine; names and versions were taken out.
TEST(topology, a_recorded_machine_is_read_and_never_applied) {
  setenv("HWLOC_XMLFILE", TOPOLOGIES "/epyc_vm_2_cores.xml", 1);
  const auto machine = read_topology();
  unsetenv("HWLOC_XMLFILE");
  ASSERT_TRUE(machine);
  EXPECT_EQ(machine->processors.size(), 2U);
  EXPECT_EQ(machine->cores(), 2);
  EXPECT_EQ(machine->caches(), 1);
  EXPECT_EQ(machine->nodes(), 1);
  EXPECT_EQ(machine->quota_milli, 0);
  EXPECT_FALSE(machine->is_this_machine);
}

TEST(topology, this_machine_has_distinct_processors) {
  const auto machine = read_topology();
  ASSERT_TRUE(machine);
  ASSERT_FALSE(machine->processors.empty());
  std::set<int> cpus;
  for (const topology::processor& p : machine->processors) cpus.insert(p.cpu);
  EXPECT_EQ(cpus.size(), machine->processors.size());
  EXPECT_GE(machine->cores(), 1);
  EXPECT_GE(machine->nodes(), 1);
}

long resident_kib() {
  std::ifstream file("/proc/self/statm");
  long size = 0;
  long resident = 0;
  file >> size >> resident;
  return resident * 4;
}

// The goal is 10 ms and 2 MB; the time is only recorded, because the machine may be busy.
TEST(topology, reading_it_is_cheap) {
  const long before_kib = resident_kib();
  const std::int64_t start = millrace::base::monotonic_ns();
  const auto machine = read_topology();
  const std::int64_t taken_us = (millrace::base::monotonic_ns() - start) / 1000;
  ASSERT_TRUE(machine);
  RecordProperty("read_topology_us", static_cast<int>(taken_us));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(resident_kib() - before_kib, 2048);
#else
  (void)before_kib;
#endif
}

}  // namespace
