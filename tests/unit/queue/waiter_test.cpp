// Long polls in the service: who is woken, by what, and when a wait ends.
#include <gtest/gtest.h>

#include <memory>

#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using test::parked;
using test::queue_bench;

struct waiter : testing::Test {
  queue_bench b;
  queue::queue_state& q = b.create("orders");
  parked one, two;
};

TEST_F(waiter, is_answered_by_the_next_message) {
  b.park(q, one, 20'000);
  b.send(q, "x");
  b.work();
  ASSERT_TRUE(one.answered);
  EXPECT_EQ(one.status, errc::ok);
  ASSERT_EQ(one.messages.size(), 1U);
  EXPECT_EQ(one.messages[0].receive_count, 1U);
  EXPECT_EQ(b.describe(q).messages_not_visible, 1U);
}

TEST_F(waiter, one_message_wakes_the_one_who_came_first) {
  b.park(q, one, 20'000);
  b.park(q, two, 20'000);
  b.send(q, "x");
  b.work();
  EXPECT_TRUE(one.answered);
  EXPECT_FALSE(two.answered);
  b.send(q, "y");
  b.work();
  EXPECT_TRUE(two.answered);
}

TEST_F(waiter, takes_as_many_as_are_there_up_to_its_maximum) {
  b.park(q, one, 20'000, 3);
  b.park(q, two, 20'000, 10);
  for (int i = 0; i < 5; ++i) b.send(q, "x");
  b.work();
  EXPECT_EQ(one.messages.size(), 3U);
  EXPECT_EQ(two.messages.size(), 2U);
}

TEST_F(waiter, waits_exactly_as_long_as_it_asked) {
  b.park(q, one, 1000);
  EXPECT_LE(b.queues.next_ms(), b.now_ms() + 1000);
  b.advance(999);
  EXPECT_FALSE(one.answered);
  b.advance(1);
  ASSERT_TRUE(one.answered);
  EXPECT_EQ(one.status, errc::ok);
  EXPECT_TRUE(one.messages.empty());
}

TEST_F(waiter, is_woken_by_a_delay_a_visibility_timeout_and_a_change_to_0) {
  b.send(q, "delayed", 5);
  b.park(q, one, 20'000, 1, 10);
  b.advance(5000);
  ASSERT_TRUE(one.answered);
  b.park(q, two, 20'000, 1, 10);
  b.advance(10'000);
  ASSERT_TRUE(two.answered);
  parked three;
  b.park(q, three, 20'000);
  EXPECT_EQ(b.change(q, two.messages[0].receipt, 0), errc::ok);
  b.work();
  EXPECT_TRUE(three.answered);
}

TEST_F(waiter, a_message_of_its_last_millisecond_still_counts) {
  b.send(q, "x", 10);
  b.park(q, one, 10'000);
  b.advance(10'000);
  ASSERT_TRUE(one.answered);
  EXPECT_EQ(one.messages.size(), 1U);
}

TEST_F(waiter, unparked_gets_nothing_any_more) {
  b.park(q, one, 20'000);
  b.queues.unpark(one.wait);
  b.send(q, "x");
  b.advance(30'000);
  EXPECT_FALSE(one.answered);
  EXPECT_EQ(b.describe(q).messages, 1U);
}

TEST_F(waiter, is_told_when_its_queue_is_deleted) {
  b.park(q, one, 20'000);
  b.park(q, two, 20'000);
  EXPECT_EQ(b.delete_queue(q), errc::ok);
  EXPECT_EQ(one.status, errc::queue_does_not_exist);
  EXPECT_EQ(two.status, errc::queue_does_not_exist);
  b.advance(30'000);
}

TEST_F(waiter, survives_a_purge) {
  b.park(q, one, 20'000);
  b.send(q, "purged");
  EXPECT_EQ(b.purge(q), errc::ok);
  b.work();
  EXPECT_FALSE(one.answered);
  b.send(q, "after");
  b.work();
  ASSERT_EQ(one.messages.size(), 1U);
  EXPECT_EQ(one.messages[0].body, "after");
}

TEST_F(waiter, is_released_with_nothing_before_a_shutdown) {
  auto& other = b.create("other");
  b.park(q, one, 20'000);
  b.park(other, two, 20'000);
  b.queues.release_waiters(errc::ok);
  EXPECT_TRUE(one.answered && two.answered);
  EXPECT_TRUE(one.messages.empty());
}

TEST(waiter_over_limit, is_served_when_something_in_flight_comes_back_or_is_deleted) {
  queue_bench b({.limits = {.in_flight_max = 1}});
  auto& q = b.create("orders");
  b.send(q, "x");
  b.send(q, "y");
  const auto held = b.receive(q, 1, 5);
  parked one, two;
  b.park(q, one, 20'000);
  b.work();
  EXPECT_FALSE(one.answered) << "too much is in flight";
  b.remove(q, held[0].receipt);
  b.work();
  ASSERT_EQ(one.messages.size(), 1U);
  b.send(q, "z");
  b.park(q, two, 40'000);
  b.advance(30'000);
  EXPECT_TRUE(two.answered);
}

/// In a queue in which no more may be in flight, a dead message stands behind a live one.
struct waiter_over_limit_before_a_dead_message : testing::Test {
  waiter_over_limit_before_a_dead_message() {
    b.send(q, "dead");
    b.receive(q, 1, 0);
    b.change(q, b.receive(q, 1, 0)[0].receipt, 10);
    std::vector<receipt_handle> held;
    for (const char* body : {"held", "held", "live"}) b.send(q, body);
    for (int i = 0; i < 3; ++i) held.push_back(b.receive(q, 1, 0)[0].receipt);
    b.advance(10'000);
    for (int i = 0; i < 2; ++i) b.change(q, held[i], 43'000);
    live = held[2];
    b.park(q, one, 20'000);
    b.work();
    EXPECT_EQ(b.describe(q).messages, 2U);
  }
  ~waiter_over_limit_before_a_dead_message() override {
    b.work();
    EXPECT_FALSE(one.answered);
    EXPECT_EQ(b.describe(q).messages, 0U);
    EXPECT_EQ(b.describe(dead_letters).messages, 1U);
  }
  queue_bench b{{.limits = {.in_flight_max = 2}}};
  queue::queue_state& dead_letters = b.create(test::name_in_slot_of("orders", true));
  queue::queue_state& q = b.create("orders", {.redrive = {dead_letters.name, 2}});
  receipt_handle live;
  parked one;
};

TEST_F(waiter_over_limit_before_a_dead_message, has_it_moved_once_the_live_one_is_deleted) {
  EXPECT_EQ(b.remove(q, live), errc::ok);
}

TEST_F(waiter_over_limit_before_a_dead_message, has_it_moved_once_the_live_one_is_hidden) {
  EXPECT_EQ(b.change(q, live, 40'000), errc::ok);
}

TEST(waiter_behind_dead_messages, is_served_with_the_live_one_behind_them) {
  queue_bench b;
  auto& q = b.create("orders", {.message_retention_period = 60});
  for (int i = 0; i < 700; ++i) b.send(q, "dead");
  b.advance(59'000);
  b.send(q, "live");
  // Time has passed, but no timer was looked at: a receive clears 256 away and finds nothing.
  b.queues.set_time((b.now_ms() + 1000) * base::ns_per_ms);
  errc e{};
  EXPECT_TRUE(b.receive(q, 1, 30, &e).empty());
  EXPECT_EQ(e, errc::ok);
  parked one;
  b.park(q, one, 20'000);
  for (int i = 0; i < 4 && !one.answered; ++i) {
    b.queues.work(512);
    b.queues.log().clear();
  }
  ASSERT_TRUE(one.answered);
  EXPECT_EQ(one.messages[0].body, "live");
}

TEST(waiter_crowd, ten_thousand_waiters_are_answered_once_each) {
  queue_bench b;
  auto& q = b.create("orders");
  std::vector<std::unique_ptr<parked>> crowd(10'000);
  for (auto& p : crowd) {
    p = std::make_unique<parked>();
    b.park(q, *p, 20'000);
  }
  for (int i = 0; i < 6'000; ++i) b.send(q, "x");
  b.work();
  std::size_t answered = 0;
  for (const auto& p : crowd) answered += p->answered;
  EXPECT_EQ(answered, 6'000U);
  b.advance(20'000);
  for (const auto& p : crowd) EXPECT_TRUE(p->answered);
}

}  // namespace
