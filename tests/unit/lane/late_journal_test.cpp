// A journal that completes late: no reply and no effect leaves before what it depends on is
// durable.
#include <gtest/gtest.h>

#include "queue/state.hpp"
#include "support/lane_bench.hpp"

namespace {

using namespace millrace;
using test::lane_bench;

struct late_journal : testing::Test {
  late_journal() {
    b.expect(b.create("orders"));
    b.expect(b.send("orders", "first"));
    receipt = b.expect(b.receive("orders")).receipts[0];
    b.log.automatic = false;
  }
  /// An entry that is decided and not durable yet.
  std::uint64_t undurable_send() {
    const std::uint64_t token = b.send("orders", "second");
    b.run();
    EXPECT_FALSE(b.answered(token)) << "a send was acked before it was durable";
    return token;
  }
  void durable() { b.log.done = b.log.appended; }

  lane_bench b;
  receipt_handle receipt;
};

TEST_F(late_journal, holds_a_send_back_until_it_is_durable) {
  const auto sent = undurable_send();
  durable();
  EXPECT_EQ(b.expect(sent).sent[0].status, errc::ok);
}

TEST_F(late_journal, a_receive_never_hands_out_an_unsynced_send) {
  undurable_send();
  const auto got = b.receive("orders");
  b.run();
  EXPECT_FALSE(b.answered(got));
  durable();
  EXPECT_EQ(b.expect(got).bodies, std::vector<std::string>{"second"});
}

TEST_F(late_journal, an_empty_receive_a_describe_and_a_delete_of_nothing_wait_as_well) {
  b.expect(b.receive("orders"));
  const auto gone = b.remove("orders", receipt);
  b.run();
  EXPECT_FALSE(b.answered(gone)) << "the delete itself";
  durable();
  b.expect(gone);

  b.submit(operation_kind::purge_queue, "orders");
  const auto empty = b.receive("orders");
  const auto seen = b.submit(operation_kind::get_queue, "orders");
  const auto again = b.remove("orders", receipt);
  const auto unknown = b.receive("nothing");
  b.run();
  for (const auto token : {empty, seen, again, unknown}) EXPECT_FALSE(b.answered(token)) << token;
  durable();
  EXPECT_TRUE(b.expect(empty).bodies.empty());
  EXPECT_EQ(b.expect(seen).messages, 0U);
  EXPECT_EQ(b.expect(again).entries[0], errc::ok);
  EXPECT_EQ(b.expect(unknown).status, errc::queue_does_not_exist);
}

TEST_F(late_journal, lets_replies_out_position_by_position) {
  const auto one = b.send("orders", "1");
  b.run();
  const auto two = b.send("orders", "2");
  b.run();
  b.log.done = b.log.appended - 1;
  b.run();
  EXPECT_TRUE(b.answered(one));
  EXPECT_FALSE(b.answered(two));
  durable();
  b.expect(two);
}

TEST_F(late_journal, keeps_the_poller_awake_while_a_reply_waits) {
  lane::lane& lane = b.core->lane_at(0);
  EXPECT_TRUE(lane.prepare_to_sleep());
  lane.end_sleep();
  undurable_send();
  EXPECT_FALSE(lane.prepare_to_sleep()) << "nobody would wake it when the journal gets on";
  const std::int64_t due = lane.next_ns();
  EXPECT_LE(due, base::monotonic_ns());
  durable();
  b.run();
  EXPECT_TRUE(lane.prepare_to_sleep());
  lane.end_sleep();
}

TEST_F(late_journal, a_parked_receive_is_answered_when_the_send_that_ends_it_is_durable) {
  b.expect(b.submit(operation_kind::get_queue, "orders"));
  const auto waiting = b.receive("orders", {.wait_time_seconds = 20});
  b.run();
  undurable_send();
  EXPECT_FALSE(b.answered(waiting));
  durable();
  EXPECT_EQ(b.expect(waiting).bodies.size(), 1U);
}

/// Names of two queues whose slots differ, with one lane.
TEST(late_journal_transfer, a_dead_letter_leaves_its_slot_only_when_that_is_durable) {
  lane_bench b;
  std::string dead = "dead-0";
  for (int i = 1; queue::slot_of(dead) == queue::slot_of("orders"); ++i) {
    dead = "dead-" + std::to_string(i);
  }
  b.expect(b.create(dead));
  b.expect(b.create("orders", {.redrive = {dead, 1}}));
  b.expect(b.send("orders", "bad"));
  b.expect(b.receive("orders", {.visibility_timeout = 0}));
  b.log.automatic = false;
  b.receive("orders");
  b.run(20);
  lane::lane& lane = b.core->lane_at(0);
  const auto at_target = [&] {
    return lane.queues().find(dead, base::hash_bytes(dead))->ready_count;
  };
  EXPECT_EQ(at_target(), 0U);

  // The journal stays one entry behind for ever, as under load: the transfer must not starve.
  for (int i = 0; i < 50; ++i) {
    b.send("orders", "more");
    b.log.done = b.log.appended;
    b.run(1);
  }
  EXPECT_EQ(at_target(), 1U);
  b.log.automatic = true;
  b.log.done = b.log.appended;
  b.run();
}

}  // namespace
