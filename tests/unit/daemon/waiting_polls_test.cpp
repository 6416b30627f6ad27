// When a poll that waits counts as one that waits long.
#include <gtest/gtest.h>

#include "daemon/waiting_polls.hpp"

namespace millrace::daemon {
namespace {

constexpr std::int64_t tick = waiting_polls::tick_ns;
constexpr std::int64_t start = 1'000'000'000'000;

TEST(waiting_polls, name_none_before_a_whole_tick_has_passed) {
  waiting_polls all;
  ticket t;
  all.pass_time(start);
  all.add(t);
  EXPECT_FALSE(all.empty());
  all.pass_time(start + tick - 1);
  EXPECT_EQ(all.long_waiting(), nullptr);
  all.pass_time(start + tick);
  EXPECT_EQ(all.long_waiting(), nullptr);  // it may have begun just before the tick
  EXPECT_EQ(all.next_tick_ns(), start + 2 * tick);
  all.pass_time(start + 2 * tick);
  EXPECT_EQ(all.long_waiting(), &t);
}

TEST(waiting_polls, a_long_time_without_any_counts_as_one_tick) {
  waiting_polls all;
  ticket t;
  all.pass_time(start);
  all.add(t);
  all.pass_time(start + 100 * tick);
  EXPECT_EQ(all.long_waiting(), nullptr);
  all.pass_time(start + 101 * tick);
  EXPECT_EQ(all.long_waiting(), &t);
}

TEST(waiting_polls, name_the_oldest_first_and_forget_who_is_removed) {
  waiting_polls all;
  ticket a, b, c, late;
  for (ticket* each : {&a, &b, &c}) all.add(*each);
  all.remove(b);
  all.remove(b);
  all.pass_time(start);
  all.add(late);
  all.pass_time(start + tick);
  EXPECT_EQ(all.long_waiting(), &a);
  all.remove(a);
  EXPECT_EQ(all.long_waiting(), &c);
  all.remove(c);
  EXPECT_EQ(all.long_waiting(), nullptr);
  EXPECT_FALSE(all.empty());
  all.remove(late);
  EXPECT_TRUE(all.empty());
}

TEST(waiting_polls, take_back_who_was_removed) {
  waiting_polls all;
  ticket a, b;
  all.add(a);
  all.add(b);
  all.remove(a);
  all.add(a);
  all.pass_time(start);
  all.pass_time(start + tick);
  EXPECT_EQ(all.long_waiting(), &b);
  all.remove(b);
  EXPECT_EQ(all.long_waiting(), &a);
}

TEST(ticket, is_small) { EXPECT_LE(sizeof(ticket), 128u); }

}  // namespace
}  // namespace millrace::daemon
