#include "sync/wait_strategy.hpp"

#include <gtest/gtest.h>

namespace {

using millrace::sync::wait_step;
using millrace::sync::wait_strategy;

TEST(wait_strategy, spins_then_yields_then_parks) {
  wait_strategy wait({.yield_after_ns = 100, .park_after_ns = 300});
  EXPECT_EQ(wait.next(5000), wait_step::spin);
  EXPECT_EQ(wait.next(5099), wait_step::spin);
  EXPECT_EQ(wait.next(5100), wait_step::yield);
  EXPECT_EQ(wait.next(5299), wait_step::yield);
  EXPECT_EQ(wait.next(5300), wait_step::park);
}

TEST(wait_strategy, work_starts_a_new_silence) {
  wait_strategy wait({.yield_after_ns = 100, .park_after_ns = 300});
  EXPECT_EQ(wait.next(0), wait_step::spin);
  EXPECT_EQ(wait.next(200), wait_step::yield);
  wait.reset();
  EXPECT_EQ(wait.next(250), wait_step::spin);
  EXPECT_EQ(wait.next(349), wait_step::spin);
  EXPECT_EQ(wait.next(550), wait_step::park);
}

TEST(wait_strategy, never_spins_where_cores_are_scarce) {
  wait_strategy wait({.may_spin = false, .yield_after_ns = 100, .park_after_ns = 300});
  EXPECT_EQ(wait.next(0), wait_step::yield);
  EXPECT_EQ(wait.next(99), wait_step::yield);
  EXPECT_EQ(wait.next(300), wait_step::park);
}

TEST(wait_strategy, parks_by_default_after_50_to_100_us) {
  wait_strategy wait;
  EXPECT_NE(wait.next(0), wait_step::park);
  EXPECT_NE(wait.next(50'000), wait_step::park);
  EXPECT_EQ(wait.next(100'000), wait_step::park);
}

TEST(wait_strategy, idle_asks_for_a_park_once_and_then_starts_again) {
  wait_strategy wait({.yield_after_ns = 100, .park_after_ns = 300});
  EXPECT_FALSE(wait.idle(0));
  EXPECT_FALSE(wait.idle(150));
  EXPECT_TRUE(wait.idle(300));
  EXPECT_FALSE(wait.idle(400));
}

}  // namespace
