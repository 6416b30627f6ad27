#include "net/event_loop.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

namespace millrace::net {
namespace {

struct pipe_ends {
  pipe_ends() {
    int fds[2];
    EXPECT_EQ(pipe(fds), 0);
    read = descriptor(fds[0]);
    write = descriptor(fds[1]);
  }
  descriptor read;
  descriptor write;
};

TEST(event_loop, post_from_another_thread_ends_the_wait_and_leaves_its_bits) {
  event_loop loop;
  ASSERT_TRUE(loop.open());
  std::thread other([&] { loop.post(5); });
  EXPECT_TRUE(loop.wait(10'000).empty());
  other.join();
  EXPECT_EQ(loop.take_posted(), 5u);
  EXPECT_EQ(loop.take_posted(), 0u);
}

TEST(event_loop, posts_before_the_wait_are_not_lost_and_bits_add_up) {
  event_loop loop;
  ASSERT_TRUE(loop.open());
  loop.post(1);
  loop.post(4);
  EXPECT_TRUE(loop.wait(10'000).empty());
  EXPECT_EQ(loop.take_posted(), 5u);
  EXPECT_TRUE(loop.wait(0).empty());
}

TEST(event_loop, reports_readable_once_for_each_arrival) {
  event_loop loop;
  pipe_ends ends;
  int owner = 0;
  ASSERT_TRUE(loop.open());
  ASSERT_TRUE(loop.watch(ends.read, &owner));
  ASSERT_EQ(write(ends.write.get(), "a", 1), 1);
  const auto first = loop.wait(10'000);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].owner, &owner);
  EXPECT_TRUE(first[0].readable);
  EXPECT_FALSE(first[0].peer_gone);
  EXPECT_TRUE(loop.wait(0).empty()) << "edge-triggered: nothing new has come";
  ASSERT_EQ(write(ends.write.get(), "b", 1), 1);
  EXPECT_EQ(loop.wait(10'000).size(), 1u);
}

TEST(event_loop, a_closed_peer_is_readable_and_gone) {
  event_loop loop;
  pipe_ends ends;
  int owner = 0;
  ASSERT_TRUE(loop.open());
  ASSERT_TRUE(loop.watch(ends.read, &owner));
  ends.write.close();
  const auto events = loop.wait(10'000);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].readable);
  EXPECT_TRUE(events[0].peer_gone);
}

TEST(timeout_until, rounds_up_never_wakes_early_and_is_bounded) {
  EXPECT_EQ(timeout_until(INT64_MAX, 0), -1);
  EXPECT_EQ(timeout_until(5, 5), 0);
  EXPECT_EQ(timeout_until(4, 5), 0);
  EXPECT_EQ(timeout_until(1, 0), 1);
  EXPECT_EQ(timeout_until(1'000'000, 0), 1);
  EXPECT_EQ(timeout_until(1'000'001, 0), 2);
  EXPECT_EQ(timeout_until(INT64_MAX - 1, 0), 60'000);
}

}  // namespace
}  // namespace millrace::net
