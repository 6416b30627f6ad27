// The lane's loop: one poller, bodies alive while the journal reads them, bounded turns.
#include <gtest/gtest.h>

#include <set>

#include "support/lane_bench.hpp"
#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using test::lane_bench;

TEST(lane_death, two_pollers_of_one_lane_stop_the_program) {
  lane_bench b;
  b.expect(b.create("orders"));
  // A second poll while the first is inside: what another thread's poll would be.
  b.log.on_entry = [&](const journal::entry&) { b.core->lane_at(0).poll(1); };
  b.send("orders", "x");
  EXPECT_DEATH(b.run(), "two threads poll one lane");
  b.log.on_entry = {};
}

TEST(lane, the_journal_reads_the_bodies_of_messages_that_the_same_turn_purges) {
  lane_bench b;
  b.expect(b.create("orders"));
  // Large bodies have an extent each: one that is freed too early is not there to be read.
  std::multiset<std::string> written, read;
  b.log.on_entry = [&](const journal::entry& e) {
    if (e.body) read.insert(std::string(as_text(e.body.bytes().subspan(sizeof(queue::envelope)))));
  };
  for (char c = 'a'; c <= 'h'; ++c) {
    const std::string body(100'000, c);
    written.insert(body);
    b.send("orders", body);
  }
  const auto purged = b.submit(operation_kind::purge_queue, "orders");
  EXPECT_EQ(b.expect(purged).status, errc::ok);
  EXPECT_EQ(read, written);
  EXPECT_EQ(b.core->lane_at(0).queues().queues().message_count(), 0U);
}

TEST(lane, the_journal_reads_the_body_of_a_dead_letter_that_expires_on_arrival) {
  lane_bench b;
  const std::string dead = test::name_in_slot_of("orders", false);
  const std::string body(100'000, 'x');
  std::vector<std::string> read;
  b.log.on_entry = [&](const journal::entry& e) {
    if (e.body) read.emplace_back(as_text(e.body.bytes().subspan(sizeof(queue::envelope))));
  };
  b.expect(b.create(dead, {.message_retention_period = 60}));
  b.expect(b.create("orders", {.redrive = {dead, 1}}));
  b.expect(b.send("orders", body));
  b.expect(b.receive("orders", {.visibility_timeout = 0}));
  b.advance(60'000);
  b.expect(b.receive("orders"));
  EXPECT_EQ(read, (std::vector<std::string>{body, body})) << "sent, and come in";
  EXPECT_EQ(b.core->lane_at(0).queues().queues().message_count(), 0U);
}

/// So nobody waits for that queue to be made.
TEST(lane, a_receive_that_waits_is_given_what_has_no_dead_letter_queue_to_go_to) {
  for (const bool same_slot : {true, false}) {
    lane_bench b;
    const std::string dead = test::name_in_slot_of("orders", same_slot);
    b.expect(b.create("orders", {.redrive = {dead, 1}}));
    b.expect(b.send("orders", "x"));
    b.expect(b.receive("orders", {.visibility_timeout = 5}));
    const auto waiting = b.receive("orders", {.visibility_timeout = 10, .wait_time_seconds = 20});
    b.run();
    EXPECT_FALSE(b.answered(waiting));
    b.advance(5'000);
    EXPECT_EQ(b.expect(waiting).bodies, std::vector<std::string>{"x"}) << same_slot;
    b.expect(b.create(dead));
    const auto nothing = b.receive("orders", {.wait_time_seconds = 20});
    const auto of_dead = b.receive(dead, {.wait_time_seconds = 20});
    b.run();
    b.advance(10'000);
    EXPECT_EQ(b.expect(of_dead).bodies, std::vector<std::string>{"x"}) << same_slot;
    EXPECT_FALSE(b.answered(nothing));
  }
}

TEST(lane, one_batch_is_one_append) {
  lane_bench b;
  b.expect(b.create("orders"));
  const std::size_t before = b.log.appends;
  for (int i = 0; i < 200; ++i) b.send("orders", "x");
  b.run(1);
  EXPECT_EQ(b.log.appends, before + 1);
}

TEST(lane, a_turn_takes_no_more_than_its_budget_of_a_client) {
  lane_bench b;
  b.expect(b.create("orders"));
  for (int i = 0; i < 100; ++i) b.send("orders", "x");
  b.core->lane_at(0).poll(30);
  b.run(0);
  std::size_t sent = 0;
  for (const auto& [token, a] : b.answers) sent += a.kind == operation_kind::send;
  EXPECT_EQ(sent, 30U);
  b.run();
}

TEST(lane, more_decisions_than_the_log_holds_are_flushed_on_the_way) {
  lane_bench b;
  b.expect(b.create("orders"));
  std::vector<std::uint64_t> tokens;
  for (int i = 0; i < 1000; ++i) {
    tokens.push_back(b.submit(operation_kind::send, "orders", [&](lane::operation& op) {
      std::vector<send_entry> ten(10);
      for (send_entry& e : ten) e.body = as_bytes("x");
      EXPECT_EQ(b.client->fill_send(op, ten), errc::ok);
    }));
  }
  b.core->lane_at(0).poll(1000);
  b.run(0);
  for (const auto token : tokens) ASSERT_TRUE(b.answered(token));
  EXPECT_EQ(b.core->lane_at(0).queues().queues().message_count(), 10'000U);
}

TEST(lane, an_idle_lane_says_so_and_knows_when_something_is_due) {
  lane_bench b;
  b.expect(b.create("orders"));
  EXPECT_EQ(b.core->lane_at(0).poll(256), 0U);
  EXPECT_EQ(b.core->lane_at(0).next_ns(), INT64_MAX);
  b.expect(b.send("orders", "x"));
  b.expect(b.receive("orders", {.visibility_timeout = 30}));
  EXPECT_EQ(b.core->lane_at(0).next_ns(), INT64_MAX) << "virtual time does not come by waiting";
  b.advance(30'000);
  const std::int64_t due = b.core->lane_at(0).next_ns();
  EXPECT_LE(due, base::monotonic_ns());
}

TEST(lane, a_receive_with_a_negative_timeout_or_wait_is_refused) {
  lane_bench b;
  b.expect(b.create("orders"));
  EXPECT_EQ(b.expect(b.receive("orders", {.visibility_timeout = -2})).status,
            errc::invalid_visibility_timeout);
  EXPECT_EQ(b.expect(b.receive("orders", {.wait_time_seconds = -2})).status,
            errc::invalid_wait_time);
  EXPECT_EQ(b.expect(b.receive("orders", {.wait_time_seconds = 21})).status,
            errc::invalid_wait_time);
}

}  // namespace
