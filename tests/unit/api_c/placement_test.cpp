#include <millrace/placement.hpp>

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
#include <thread>

namespace millrace {
namespace {

TEST(public_placement, has_a_thread_for_each_lane_that_was_asked_for) {
  const result<placement_plan> plan = plan_placement(3, true);
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->threads.size(), 3u);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(plan->threads[i].lane, i);
  EXPECT_NE(plan->text.find("fused"), std::string::npos);
}

TEST(public_placement, finds_room_for_at_least_one_lane) {
  const result<placement_plan> plan = plan_placement(0, false);
  ASSERT_TRUE(plan);
  EXPECT_GE(plan->threads.size(), 1u);
}

TEST(public_placement, an_absurd_count_is_refused) {
  EXPECT_EQ(plan_placement(4097, true).error(), errc::invalid_option);
  EXPECT_EQ(plan_placement(UINT32_MAX, true).error(), errc::invalid_option);
}

TEST(public_placement, a_thread_goes_to_its_processor) {
  const result<placement_plan> plan = plan_placement(1, true);
  ASSERT_TRUE(plan);
  bool bound = false;
  int on = -1;
  std::thread([&] {
    bound = bind_this_thread(*plan, 0);
    on = sched_getcpu();
  }).join();
  EXPECT_FALSE(bind_this_thread(*plan, 1));
  if (!plan->bind) GTEST_SKIP() << "nothing is bound on this machine";
  EXPECT_TRUE(bound);
  EXPECT_EQ(on, plan->threads[0].cpu);
}

TEST(public_placement, the_plan_for_a_described_machine_binds_nothing) {
  ASSERT_EQ(setenv("HWLOC_SYNTHETIC", "NUMANode:2 Package:1 L3:1 Core:32 PU:1", 1), 0);
  const result<placement_plan> plan = plan_placement(0, true);
  unsetenv("HWLOC_SYNTHETIC");
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->bind);
  EXPECT_FALSE(plan->bind_memory);
  EXPECT_TRUE(bind_this_thread(*plan, 0)) << "nothing was asked for";
}

}  // namespace
}  // namespace millrace
