// short_polls_sampled: what a receive that does not wait sees of a standard queue.
#include <gtest/gtest.h>

#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using test::queue_bench;

struct short_poll : testing::Test {
  /// A queue with so many messages, of an engine that samples.
  explicit short_poll(int messages = 20, std::uint64_t seed = 1)
      : b({.limits = {.short_polls_sampled = true}, .seed = seed}) {
    for (int i = 0; i < messages; ++i) b.send(q, "x");
  }
  /// How many each of so many polls finds; what it finds stays visible.
  std::vector<std::size_t> polls(int count) {
    std::vector<std::size_t> found;
    for (int i = 0; i < count; ++i) found.push_back(b.short_poll(q, 10, 0).size());
    return found;
  }
  void TestBody() override {}

  queue_bench b;
  queue::queue_state& q = b.create("orders");
};

TEST(sampled_hosts, are_three_quarters_and_all_by_default) {
  base::random draw(7);
  int asked = 0;
  for (int i = 0; i < 1000; ++i) {
    const queue::sampled_hosts some(draw);
    for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) {
      asked += some.have(sequence) ? 1 : 0;
      EXPECT_TRUE(queue::sampled_hosts().have(sequence));
    }
  }
  EXPECT_NEAR(asked, 75'000, 1'000);
}

TEST(short_polls, of_a_queue_with_one_message_find_it_three_times_in_four) {
  std::size_t found = 0;
  for (const std::size_t count : short_poll(1).polls(1000)) found += count;
  EXPECT_NEAR(static_cast<double>(found), 750, 60);
}

// Shows: poll.short
TEST_F(short_poll, finds_every_message_in_the_end) {
  std::size_t left = 20;
  int calls = 0;
  for (; left > 0 && calls < 100; ++calls) left -= b.short_poll(q, 10, 60).size();
  EXPECT_EQ(left, 0U);
  EXPECT_GT(calls, 2) << "polls of all hosts would be two";
}

TEST_F(short_poll, looks_at_a_bounded_number_of_messages) {
  for (int i = 0; i < 5000; ++i) b.send(q, "x");
  EXPECT_EQ(polls(50), std::vector<std::size_t>(50, 10)) << "of many messages it finds ten";
}

TEST(short_polls, are_the_same_with_the_same_seed) {
  EXPECT_EQ(short_poll(8, 5).polls(50), short_poll(8, 5).polls(50));
  EXPECT_NE(short_poll(8, 5).polls(50), short_poll(8, 6).polls(50));
}

TEST(short_polls, ask_all_hosts_unless_the_option_is_on) {
  queue_bench b;
  queue::queue_state& q = b.create("orders");
  for (int i = 0; i < 20; ++i) b.send(q, "x");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(b.short_poll(q, 10, 0).size(), 10U);
}

TEST_F(short_poll, of_a_fifo_queue_asks_all_hosts) {
  queue_attributes a;
  a.fifo_queue = true;
  const queue::queue_state& fifo = b.create("orders.fifo", a);
  for (std::uint64_t sequence = 1; sequence < 1000; ++sequence) {
    ASSERT_TRUE(b.queues.hosts_of_short_poll(fifo).have(sequence));
  }
}

}  // namespace
