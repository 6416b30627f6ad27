// Retention: a message goes when it is old enough, whatever it is doing then.
#include <gtest/gtest.h>

#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using test::queue_bench;

constexpr base::time_ms day_ms = 86'400'000;

TEST(retention, ends_a_messages_life_to_the_millisecond_in_every_state) {
  queue_bench b;
  auto& q = b.create("orders", {.message_retention_period = 60});
  b.send(q, "flies");
  ASSERT_EQ(b.receive(q, 1, 43200).size(), 1U);
  b.send(q, "waits", 900);
  b.send(q, "ready");
  b.advance(59'999);
  EXPECT_EQ(b.queues.queues().message_count(), 3U);
  b.advance(1);
  EXPECT_EQ(b.queues.queues().message_count(), 0U);
  const auto d = b.describe(q);
  EXPECT_EQ(d.messages + d.messages_not_visible + d.messages_delayed, 0U);
}

TEST(retention, may_be_14_days_jumped_at_once) {
  queue_bench b;
  auto& q = b.create("orders", {.message_retention_period = 1209600});
  b.send(q, "old");
  b.advance(14 * day_ms - 1);
  EXPECT_EQ(b.receive(q, 1, 0).size(), 1U);
  b.advance(1);
  EXPECT_TRUE(b.receive(q, 1, 0).empty());
  EXPECT_EQ(b.queues.queues().message_count(), 0U);
}

TEST(retention, shortened_takes_what_is_too_old_now) {
  queue_bench b;
  auto& q = b.create("orders");
  b.send(q, "old");
  b.advance(100'000);
  b.send(q, "new");
  EXPECT_EQ(b.set(q, {.message_retention_period = 60}, given_message_retention_period), errc::ok);
  b.work();
  EXPECT_EQ(b.queues.queues().message_count(), 1U);
  EXPECT_EQ(b.receive(q, 10)[0].body, "new");
}

TEST(retention, lengthened_keeps_what_would_have_gone) {
  queue_bench b;
  auto& q = b.create("orders", {.message_retention_period = 60});
  b.send(q, "x");
  b.advance(59'000);
  EXPECT_EQ(b.set(q, {.message_retention_period = 3600}, given_message_retention_period), errc::ok);
  b.advance(3'540'999);
  EXPECT_EQ(b.receive(q, 1, 0).size(), 1U);
  b.advance(1);
  EXPECT_EQ(b.queues.queues().message_count(), 0U);
}

TEST(retention, is_not_prolonged_by_a_receive_nor_shown_by_a_late_timer) {
  queue_bench b;
  auto& q = b.create("orders", {.message_retention_period = 60});
  b.send(q, "x");
  b.advance(59'000);
  EXPECT_EQ(b.receive(q, 1, 0).size(), 1U);
  // Time moves on, but the receive comes before any timer was looked at.
  b.queues.set_time((b.now_ms() + 1000) * base::ns_per_ms);
  EXPECT_TRUE(b.receive(q).empty());
}

TEST(retention, deleting_what_has_expired_is_a_success) {
  queue_bench b;
  auto& q = b.create("orders", {.message_retention_period = 60});
  b.send(q, "x");
  const auto got = b.receive(q, 1, 1000);
  b.advance(60'000);
  EXPECT_EQ(b.remove(q, got[0].receipt), errc::ok);
  EXPECT_EQ(b.change(q, got[0].receipt, 5), errc::message_does_not_exist);
}

TEST(retention, of_a_hundred_thousand_messages_goes_in_bounded_steps) {
  queue_bench b;
  auto& q = b.create("orders", {.message_retention_period = 60});
  constexpr std::size_t messages = 100'000;
  for (std::size_t i = 0; i < messages; ++i) b.send(q, "x");
  b.queues.set_time((b.now_ms() + 60'000) * base::ns_per_ms);
  std::size_t turns = 0;
  for (bool done = false; !done; ++turns) {
    done = b.queues.work(16);
    EXPECT_LE(b.queues.log().size(), queue::entry_log::capacity);
    b.queues.log().clear();
  }
  EXPECT_GE(turns, messages / queue::entry_log::capacity);
  EXPECT_EQ(b.queues.queues().message_count(), 0U);
}

}  // namespace
