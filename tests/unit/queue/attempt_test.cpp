// ReceiveRequestAttemptId, fact by fact.
#include <gtest/gtest.h>

#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using test::fifo_send;
using test::got;
using test::queue_bench;

struct attempt : testing::Test {
  attempt() {
    for (const char* body : {"a1", "a2", "b1"}) send(body);
  }
  void send(const std::string& body) {
    ASSERT_EQ(b.try_send(q, fifo_send{body, body.substr(0, 1), body}), errc::ok);
  }
  static queue_attributes attributes() {
    queue_attributes a;
    a.fifo_queue = true;
    return a;
  }
  std::vector<got> receive(const std::string& id, std::int32_t max = 2) {
    return b.receive_attempt(q, id, max, 30, &status);
  }
  queue_bench b;
  queue::queue_state& q = b.create("orders.fifo", attributes());
  errc status = errc::ok;
};

TEST_F(attempt, again_gives_the_same_messages_and_receipts_and_hides_them_anew) {
  const auto first = receive("x");
  ASSERT_EQ(first.size(), 2U);
  b.advance(20'000);
  const auto again = receive("x", 10);
  ASSERT_EQ(again.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again[i].id, first[i].id);
    EXPECT_EQ(again[i].receipt, first[i].receipt);
    EXPECT_EQ(again[i].order, first[i].order);
    EXPECT_EQ(again[i].receive_count, 1U);
  }
  b.advance(20'000);  // 40 s after the first, 20 s after the second
  EXPECT_EQ(b.describe(q).messages_not_visible, 2U);
  EXPECT_EQ(b.remove(q, first[0].receipt), errc::ok);
  b.advance(10'000);
  EXPECT_EQ(b.describe(q).messages_not_visible, 0U);
}

TEST_F(attempt, of_another_id_or_queue_is_another_receive) {
  queue::queue_state& other = b.create("other.fifo", attributes());
  EXPECT_EQ(receive("x").size(), 2U);
  EXPECT_EQ(receive("y").size(), 1U);
  EXPECT_TRUE(receive("z").empty());
  EXPECT_TRUE(b.receive_attempt(other, "x").empty());
  EXPECT_EQ(receive("x").size(), 2U);
}

TEST_F(attempt, that_found_nothing_may_find_something_later) {
  EXPECT_EQ(b.receive(q, 10).size(), 3U);
  EXPECT_TRUE(receive("x").empty());
  send("c1");
  EXPECT_EQ(receive("x").size(), 1U);
}

TEST_F(attempt, is_over_when_a_message_was_deleted_changed_or_came_back) {
  const auto deleted = receive("x");
  EXPECT_EQ(b.remove(q, deleted[1].receipt), errc::ok);
  EXPECT_TRUE(receive("x").empty());
  EXPECT_EQ(status, errc::receive_attempt_over);

  const auto changed = receive("y");
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(b.change(q, changed[0].receipt, 100), errc::ok);
  EXPECT_TRUE(receive("y").empty());
  EXPECT_EQ(status, errc::receive_attempt_over);

  b.advance(31'000);
  const auto came_back = receive("z");
  ASSERT_EQ(came_back.size(), 1U);
  b.advance(31'000);
  EXPECT_TRUE(receive("z").empty());
  EXPECT_EQ(status, errc::receive_attempt_over);
  EXPECT_EQ(receive("w").size(), 1U);
  EXPECT_TRUE(receive("z").empty());
  EXPECT_EQ(status, errc::receive_attempt_over);
}

TEST_F(attempt, is_over_after_a_purge) {
  ASSERT_EQ(receive("x").size(), 2U);
  ASSERT_EQ(b.purge(q), errc::ok);
  b.work();
  EXPECT_TRUE(receive("x").empty());
  EXPECT_EQ(status, errc::receive_attempt_over);
}

TEST_F(attempt, is_forgotten_after_five_minutes) {
  ASSERT_EQ(b.receive_attempt(q, "x", 10, 1000).size(), 3U);
  b.advance(299'000);
  EXPECT_EQ(receive("x").size(), 3U);
  b.advance(2'000);
  EXPECT_TRUE(receive("x").empty());
  EXPECT_EQ(status, errc::ok);
}

TEST_F(attempt, may_wait_for_its_first_message) {
  ASSERT_EQ(b.receive(q, 10).size(), 3U);
  test::parked p;
  p.wait.has_attempt = true;
  p.wait.attempt = queue::key_of(b.limits.receipt_key, "x");
  b.park(q, p, 20'000, 10);
  send("c1");
  b.work();
  ASSERT_TRUE(p.answered);
  ASSERT_EQ(p.messages.size(), 1U);
  const auto again = receive("x");
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].receipt, p.messages[0].receipt);
}

TEST_F(attempt, that_waits_is_told_when_another_of_its_id_is_over) {
  ASSERT_EQ(b.receive(q, 10).size(), 3U);
  test::parked p;
  p.wait.has_attempt = true;
  p.wait.attempt = queue::key_of(b.limits.receipt_key, "x");
  send("c1");
  const auto first = receive("x");
  ASSERT_EQ(first.size(), 1U);
  b.park(q, p, 20'000, 10);
  ASSERT_EQ(b.remove(q, first[0].receipt), errc::ok);
  send("c2");
  b.work();
  ASSERT_TRUE(p.answered);
  EXPECT_EQ(p.status, errc::receive_attempt_over);
}

}  // namespace
