// The generator: published constants, replay by seed, and its bound.
#include "base/random.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace millrace::base;

TEST(splitmix64, agrees_with_the_published_sequence_of_seed_0) {
  std::uint64_t state = 0;
  EXPECT_EQ(splitmix64(state), 0xe220a8397b1dcdaf);
  EXPECT_EQ(splitmix64(state), 0x6e789e6aa1b965f4);
}

TEST(random, a_seed_replays_its_sequence_and_another_does_not) {
  millrace::base::random a(7), b(7), c(8);
  int same = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t value = a.next();
    ASSERT_EQ(value, b.next());
    same += value == c.next();
  }
  EXPECT_EQ(same, 0);
}

TEST(random, below_stays_below_and_reaches_every_value) {
  millrace::base::random r(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t value = r.below(10);
    ASSERT_LT(value, 10U);
    seen.insert(value);
  }
  EXPECT_EQ(seen.size(), 10U);
}

TEST(os_random, differs_from_call_to_call) { EXPECT_NE(os_random(), os_random()); }

}  // namespace
