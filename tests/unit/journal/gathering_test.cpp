#include "journal/gathering.hpp"

#include <gtest/gtest.h>

namespace {

using millrace::journal::gathering;

constexpr std::int64_t write_ns = 100'000;

/// A wait for nothing: whether one came at all.
bool waits_in_vain(gathering& g, std::int64_t now_ns) {
  if (!g.begin(now_ns, write_ns)) return false;
  EXPECT_TRUE(g.waits(false, 10, now_ns + 1));
  EXPECT_FALSE(g.waits(false, 10, now_ns + write_ns));
  return true;
}

TEST(gathering, waits_until_the_lanes_have_settled) {
  gathering g;
  EXPECT_FALSE(g.active());
  ASSERT_TRUE(g.begin(1000, write_ns));
  EXPECT_TRUE(g.active());
  EXPECT_TRUE(g.waits(false, 0, 2000));
  EXPECT_TRUE(g.waits(false, 100, 50'000));
  EXPECT_FALSE(g.waits(true, 256, 90'000));
  EXPECT_FALSE(g.active());
}

TEST(gathering, waits_no_longer_than_the_last_write_took) {
  gathering g;
  ASSERT_TRUE(g.begin(1000, write_ns));
  EXPECT_EQ(g.until_ns(), 1000 + write_ns);
  EXPECT_TRUE(g.waits(false, 1, 1000 + write_ns - 1));
  EXPECT_FALSE(g.waits(false, 1, 1000 + write_ns));
}

TEST(gathering, waits_for_a_slow_disk_no_longer_than_the_threads_stay_awake) {
  gathering g;
  ASSERT_TRUE(g.begin(0, 10'000'000));
  EXPECT_LT(g.until_ns(), 300'000);
}

TEST(gathering, waits_less_and_less_often_in_vain) {
  gathering g;
  int waited = 0;
  for (std::int64_t i = 0; i < 1000; ++i) waited += waits_in_vain(g, i * 1'000'000) ? 1 : 0;
  EXPECT_LT(waited, 25);
  EXPECT_GT(waited, 10) << "what the callers do may change";
}

TEST(gathering, waits_again_soon_once_that_gains_something) {
  gathering g;
  std::int64_t now = 0;
  for (; now < 100'000'000; now += 1'000'000) waits_in_vain(g, now);
  int groups = 0;
  for (int gains = 0; gains < 6; ++groups, now += 1'000'000) {
    if (!g.begin(now, write_ns)) continue;
    EXPECT_TRUE(g.waits(false, 10, now + 1));
    EXPECT_FALSE(g.waits(true, 20, now + 50'000));
    ++gains;
  }
  EXPECT_LT(groups, 100);
  EXPECT_TRUE(g.begin(now, write_ns));
}

TEST(gathering, more_must_come_than_in_a_write_of_its_own) {
  gathering g;
  for (std::int64_t now = 0; now < 2'000'000; now += 1'000'000) {
    ASSERT_TRUE(g.begin(now, write_ns));
    EXPECT_TRUE(g.waits(false, 10, now + 1000));
    EXPECT_FALSE(g.waits(true, 16, now + 71'000)) << "6 in 70 us, where 10 take 100";
  }
  EXPECT_FALSE(g.begin(2'000'000, write_ns));
}

TEST(gathering, once_in_vain_between_waits_that_pay_changes_nothing) {
  gathering g;
  for (std::int64_t now = 0; now < 100'000'000; now += 2'000'000) {
    ASSERT_TRUE(waits_in_vain(g, now));
    ASSERT_TRUE(g.begin(now + 1'000'000, write_ns));
    EXPECT_TRUE(g.waits(false, 10, now + 1'000'001));
    EXPECT_FALSE(g.waits(true, 20, now + 1'010'000));
  }
}

TEST(gathering, a_short_wait_is_never_in_vain) {
  gathering g;
  for (std::int64_t now = 0; now < 100'000'000; now += 1'000'000) {
    ASSERT_TRUE(g.begin(now, write_ns));
    EXPECT_TRUE(g.waits(false, 10, now + 50'000));
    EXPECT_FALSE(g.waits(true, 10, now + 52'000));
  }
}

}  // namespace
