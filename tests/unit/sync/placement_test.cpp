#include "sync/placement.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "sync/thread.hpp"

namespace {

using millrace::errc;
using millrace::sync::apply_placement;
using millrace::sync::describe_topology;
using millrace::sync::lane_mode;
using millrace::sync::placement;
using millrace::sync::placement_request;
using millrace::sync::plan_placement;
using millrace::sync::to_text;
using millrace::sync::topology;

topology machine(const std::string& description, std::int64_t quota_milli = 0) {
  topology described = describe_topology(description).value();
  described.quota_milli = quota_milli;
  described.is_this_machine = true;  // else each plan carries a note about it
  return described;
}

placement plan(const topology& on, const placement_request& request = {}) {
  return plan_placement(on, request).value();
}

std::map<int, int> threads_by(const placement& p, int placement::thread_place::*member) {
  std::map<int, int> counts;
  for (const auto& t : p.threads) ++counts[t.*member];
  return counts;
}

TEST(placement, one_core_gets_one_fused_thread) {
  const placement p = plan(machine("Core:1 PU:1"));
  ASSERT_EQ(p.threads.size(), 1U);
  EXPECT_EQ(p.threads[0].does, placement::role::fused);
  EXPECT_EQ(p.threads[0].cpu, 0);
  EXPECT_TRUE(p.bind);
  EXPECT_FALSE(p.bind_memory);
  EXPECT_TRUE(p.may_spin);
  ASSERT_EQ(p.lanes.size(), 1U);
  EXPECT_EQ(p.lanes[0].thread, 0);
}

TEST(placement, two_and_three_cores_get_one_fused_thread_off_the_first_core) {
  for (const char* description : {"Core:2 PU:1", "Core:3 PU:1", "Core:2 PU:2"}) {
    const placement p = plan(machine(description));
    ASSERT_EQ(p.threads.size(), 1U) << description;
    EXPECT_NE(p.threads[0].core, 0) << description;
  }
}

TEST(placement, from_four_cores_on_all_but_one_get_a_lane) {
  const placement p = plan(machine("Core:4 PU:1"));
  EXPECT_EQ(p.lanes.size(), 3U);
  EXPECT_EQ(threads_by(p, &placement::thread_place::core),
            (std::map<int, int>{{1, 1}, {2, 1}, {3, 1}}));
  EXPECT_TRUE(p.may_spin);
}

TEST(placement, two_nodes_of_32_cores_get_63_lanes_each_with_memory_on_its_node) {
  const placement p = plan(machine("NUMANode:2 L3Cache:4 Core:8 PU:1"));
  EXPECT_EQ(p.lanes.size(), 63U);
  EXPECT_EQ(threads_by(p, &placement::thread_place::core).size(), 63U);
  EXPECT_EQ(threads_by(p, &placement::thread_place::node), (std::map<int, int>{{0, 31}, {1, 32}}));
  EXPECT_TRUE(p.bind_memory);
  for (const auto& l : p.lanes) {
    const auto& t = p.threads[static_cast<std::size_t>(l.thread)];
    EXPECT_EQ(l.memory_node, t.node);
    EXPECT_EQ(t.number, l.lane);
  }
}

TEST(placement, few_lanes_are_spread_over_eight_nodes) {
  const placement p = plan(machine("NUMANode:8 L3Cache:2 Core:4 PU:2"), {.lanes = 8});
  const auto nodes = threads_by(p, &placement::thread_place::node);
  EXPECT_EQ(nodes.size(), 8U);
  for (const auto& [node, count] : nodes) EXPECT_EQ(count, 1) << node;
  const placement full = plan(machine("NUMANode:8 L3Cache:2 Core:4 PU:2"));
  EXPECT_EQ(full.lanes.size(), 63U);
  EXPECT_EQ(threads_by(full, &placement::thread_place::node).size(), 8U);
}

TEST(placement, smt_siblings_count_as_one_core) {
  const placement p = plan(machine("Core:8 PU:2"));
  EXPECT_EQ(p.usable_cores, 8);
  EXPECT_EQ(p.lanes.size(), 7U);
  for (const auto& [core, count] : threads_by(p, &placement::thread_place::core)) {
    EXPECT_EQ(count, 1) << core;
  }
}

TEST(placement, siblings_are_used_only_when_each_core_has_a_thread) {
  const placement p = plan(machine("Core:4 PU:2"), {.lanes = 6});
  EXPECT_EQ(threads_by(p, &placement::thread_place::cpu).size(), 6U);
  EXPECT_EQ(threads_by(p, &placement::thread_place::core).size(), 4U);
  EXPECT_FALSE(p.may_spin);
}

TEST(placement, a_quota_of_one_and_a_half_processors_is_one_core) {
  const placement p = plan(machine("Core:8 PU:1", 1500));
  EXPECT_EQ(p.usable_cores, 1);
  EXPECT_EQ(p.lanes.size(), 1U);
  EXPECT_FALSE(p.bind);
  EXPECT_TRUE(p.may_spin);
  ASSERT_EQ(p.notes.size(), 1U);
  const placement two = plan(machine("Core:8 PU:1", 1500), {.lanes = 2});
  EXPECT_FALSE(two.may_spin);
}

TEST(placement, a_quota_below_one_processor_still_gets_a_lane) {
  const placement p = plan(machine("Core:8 PU:1", 200));
  EXPECT_EQ(p.usable_cores, 1);
  EXPECT_EQ(p.lanes.size(), 1U);
}

TEST(placement, a_quota_of_six_makes_five_lanes_and_one_of_all_changes_nothing) {
  EXPECT_EQ(plan(machine("Core:8 PU:1", 6000)).lanes.size(), 5U);
  const placement p = plan(machine("Core:8 PU:1", 8000));
  EXPECT_EQ(p.lanes.size(), 7U);
  EXPECT_TRUE(p.bind);
}

TEST(placement, more_lanes_than_cores_share_evenly_and_never_spin) {
  const placement p = plan(machine("Core:2 PU:1"), {.lanes = 5});
  EXPECT_EQ(p.lanes.size(), 5U);
  EXPECT_FALSE(p.may_spin);
  const auto cpus = threads_by(p, &placement::thread_place::cpu);
  ASSERT_EQ(cpus.size(), 2U);
  EXPECT_GE(cpus.at(0), 2);
  EXPECT_GE(cpus.at(1), 2);
  const placement many = plan(machine("Core:1 PU:1"), {.lanes = 256});
  EXPECT_EQ(many.lanes.size(), 256U);
}

TEST(placement, separate_io_threads_have_cores_of_their_own) {
  const placement p =
      plan(machine("NUMANode:2 Core:4 PU:1"), {.mode = lane_mode::separate, .io_threads = 2});
  EXPECT_EQ(p.lanes.size(), 5U);
  EXPECT_EQ(p.threads.size(), 7U);
  EXPECT_EQ(p.threads[0].does, placement::role::lane);
  EXPECT_EQ(p.threads[6].does, placement::role::io);
  EXPECT_EQ(p.threads[6].number, 1);
  EXPECT_EQ(threads_by(p, &placement::thread_place::core).size(), 7U);
  EXPECT_TRUE(p.may_spin);
}

TEST(placement, a_lane_beside_its_caller_does_not_spin_on_one_core) {
  const placement one = plan(machine("Core:1 PU:1"), {.mode = lane_mode::separate});
  EXPECT_EQ(one.busy_threads, 2);
  EXPECT_FALSE(one.may_spin);
  EXPECT_TRUE(plan(machine("Core:2 PU:1"), {.mode = lane_mode::separate}).may_spin);
  EXPECT_FALSE(plan(machine("Core:2 PU:1"), {.mode = lane_mode::separate, .other_busy_threads = 2})
                   .may_spin);
}

TEST(placement, polled_lanes_have_no_thread) {
  const placement p = plan(machine("Core:8 PU:1"), {.mode = lane_mode::polled});
  EXPECT_TRUE(p.threads.empty());
  ASSERT_EQ(p.lanes.size(), 1U);
  EXPECT_EQ(p.lanes[0].thread, -1);
  EXPECT_EQ(p.lanes[0].memory_node, -1);
  EXPECT_FALSE(p.bind);
  EXPECT_EQ(plan(machine("Core:8 PU:1"), {.lanes = 3, .mode = lane_mode::polled}).lanes.size(), 3U);
}

TEST(placement, binding_can_be_switched_off) {
  const placement p = plan(machine("NUMANode:2 Core:4 PU:1"), {.bind = false});
  EXPECT_FALSE(p.bind);
  EXPECT_FALSE(p.bind_memory);
}

TEST(placement, absurd_requests_are_invalid_options) {
  const topology m = machine("Core:2 PU:1");
  EXPECT_EQ(plan_placement(m, {.lanes = -1}).error(), errc::invalid_option);
  EXPECT_EQ(plan_placement(m, {.lanes = 1'000'000}).error(), errc::invalid_option);
  EXPECT_EQ(plan_placement(m, {.io_threads = -1}).error(), errc::invalid_option);
  EXPECT_EQ(plan_placement(m, {.other_busy_threads = -1}).error(), errc::invalid_option);
  EXPECT_EQ(plan_placement(topology{}, {}).error(), errc::invalid_option);
}

// Whatever the machine and the request, no processor is used twice before all are used once.
TEST(placement, uses_every_core_once_before_any_twice) {
  for (const char* description : {"Core:1 PU:1", "Core:3 PU:2", "NUMANode:2 L3Cache:2 Core:3 PU:2",
                                  "NUMANode:8 Core:8 PU:1"}) {
    const topology m = machine(description);
    for (int lanes = 1; lanes <= 2 * static_cast<int>(m.processors.size()); ++lanes) {
      const placement p = plan(m, {.lanes = lanes});
      ASSERT_EQ(static_cast<int>(p.threads.size()), lanes);
      const auto used = static_cast<int>(threads_by(p, &placement::thread_place::core).size());
      EXPECT_EQ(used, std::min(lanes, m.cores())) << description << ' ' << lanes;
    }
  }
}

TEST(placement, text_is_a_table_and_a_line_of_json) {
  const std::string text = to_text(plan(machine("NUMANode:2 Core:2 PU:1"), {.lanes = 2}));
  const std::string json = text.substr(text.rfind('\n', text.size() - 2) + 1);
  EXPECT_EQ(json,
            "{\"version\":1,\"usable_cores\":4,\"busy_threads\":2,\"may_spin\":true,"
            "\"bind\":true,\"bind_memory\":true,\"threads\":["
            "{\"role\":\"fused\",\"number\":0,\"cpu\":1,\"core\":1,\"cache\":0,\"node\":0},"
            "{\"role\":\"fused\",\"number\":1,\"cpu\":2,\"core\":2,\"cache\":1,\"node\":1}],"
            "\"lanes\":[{\"lane\":0,\"thread\":0,\"memory_node\":0},"
            "{\"lane\":1,\"thread\":1,\"memory_node\":1}],\"notes\":[]}\n");
  EXPECT_NE(text.find("cores usable: 4"), std::string::npos);
  EXPECT_NE(text.find("fused    1     2"), std::string::npos);
}

TEST(placement, is_applied_where_the_system_permits_and_said_where_not) {
  const topology here = millrace::sync::read_topology().value();
  placement p = plan(here, {.lanes = 1});
  const bool wanted = p.bind;
  millrace::sync::placed done;
  millrace::sync::placed absent;
  millrace::sync::placed described;
  auto runner = millrace::sync::thread::start({}, [&] {
    done = apply_placement(p, 0, true);
    described = apply_placement(p, 0, false);
    p.bind = true;
    p.threads[0].cpu = 8000;
    absent = apply_placement(p, 0, true);
  });
  ASSERT_TRUE(runner);
  runner->join();
  if (here.is_this_machine) {
    EXPECT_TRUE(done.as_planned);
  }
  EXPECT_FALSE(described.thread_bound);
  EXPECT_EQ(described.as_planned, !wanted);
  EXPECT_FALSE(absent.thread_bound);
  EXPECT_FALSE(absent.as_planned);
}

}  // namespace
