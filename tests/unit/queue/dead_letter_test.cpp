// Redrive: after max_receive_count receives a message goes to the dead-letter queue, in one slot or
// across slots, and nowhere else. Each fact holds for both.
#include <gtest/gtest.h>

#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using test::parked;
using test::queue_bench;

class dead_letter : public testing::TestWithParam<bool> {
 protected:
  /// Receives and lets the timeout pass, `times` times.
  void receive_times(queue::queue_state& from, int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_EQ(b.receive(from, 1, 1).size(), 1U) << i;
      b.advance(1000);
    }
  }
  /// The receive at which a message moves answers nothing; across slots the move takes a turn.
  void move(queue::queue_state& from) {
    ASSERT_TRUE(b.receive(from, 1, 1).empty());
    b.work();
  }

  queue_bench b;
  const std::string target = test::name_in_slot_of("orders", GetParam());
  queue::queue_state& dead = b.create(target);
  queue::queue_state& q = b.create("orders", {.redrive = {target, 3}});
};
INSTANTIATE_TEST_SUITE_P(slots, dead_letter, testing::Values(true, false), [](const auto& where) {
  return where.param ? "same_slot" : "other_slot";
});

TEST_P(dead_letter, moves_at_the_receive_after_the_last_allowed_one) {
  const message_id id = b.send(q, "bad");
  receive_times(q, 3);
  EXPECT_EQ(b.describe(q).messages, 1U) << "it moves at the next receive, not before";
  move(q);
  EXPECT_EQ(b.describe(q).messages, 0U);
  ASSERT_EQ(b.describe(dead).messages, 1U);
  const auto got = b.receive(dead);
  EXPECT_EQ(got[0].id, id);
  EXPECT_EQ(got[0].body, "bad");
  EXPECT_EQ(got[0].receive_count, 4U) << "the count goes on";
  EXPECT_EQ(got[0].dead_letter_source, "orders");
  EXPECT_EQ(got[0].sent_at_ms, queue_bench::start_ms);
  EXPECT_EQ(got[0].first_received_at_ms, queue_bench::start_ms);
  EXPECT_EQ(b.queues.queues().message_count(), 1U) << "in one queue, never in both";
}

TEST_P(dead_letter, live_messages_behind_it_are_handed_out_by_the_same_receive) {
  b.send(q, "bad");
  receive_times(q, 3);
  b.send(q, "good");
  const auto got = b.receive(q, 10);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].body, "good");
}

TEST_P(dead_letter, its_retention_runs_from_the_original_send) {
  EXPECT_EQ(b.set(dead, {.message_retention_period = 60}, given_message_retention_period),
            errc::ok);
  b.send(q, "bad");
  receive_times(q, 3);
  move(q);
  b.advance(60'000 - 3'000 - 1);
  EXPECT_EQ(b.receive(dead, 1, 0).size(), 1U);
  b.advance(1);
  EXPECT_EQ(b.queues.queues().message_count(), 0U);
}

TEST_P(dead_letter, one_older_than_those_already_there_still_leaves_in_time) {
  EXPECT_EQ(b.set(dead, {.message_retention_period = 60}, given_message_retention_period),
            errc::ok);
  b.send(q, "older");
  receive_times(q, 3);
  b.advance(20'000);
  b.send(dead, "newer");
  move(q);
  EXPECT_EQ(b.describe(dead).messages, 2U);
  b.advance(60'000 - 23'000);
  EXPECT_EQ(b.describe(dead).messages, 1U);
  EXPECT_EQ(b.receive(dead, 10)[0].body, "newer");
}

TEST_P(dead_letter, too_old_for_its_target_is_never_delivered_there) {
  EXPECT_EQ(b.set(dead, {.message_retention_period = 60}, given_message_retention_period),
            errc::ok);
  b.send(q, "bad");
  receive_times(q, 3);
  b.advance(60'000);
  move(q);
  EXPECT_TRUE(b.receive(dead, 10).empty());
  b.work();
  EXPECT_EQ(b.queues.queues().message_count(), 0U);
}

TEST_P(dead_letter, handles_from_before_the_move_do_not_name_it) {
  b.send(q, "bad");
  receive_times(q, 2);
  const auto last = b.receive(q, 1, 1);
  b.advance(1000);
  move(q);
  EXPECT_EQ(b.remove(q, last[0].receipt), errc::ok);
  EXPECT_EQ(b.remove(dead, last[0].receipt), errc::receipt_handle_is_invalid);
  EXPECT_EQ(b.change(q, last[0].receipt, 5), errc::message_does_not_exist);
  EXPECT_EQ(b.describe(dead).messages, 1U);
}

TEST_P(dead_letter, wakes_a_receive_that_waits_at_the_target) {
  b.send(q, "bad");
  receive_times(q, 3);
  parked waiting;
  b.park(dead, waiting, 20'000);
  move(q);
  ASSERT_TRUE(waiting.answered);
  EXPECT_EQ(waiting.messages.size(), 1U);
}

TEST_P(dead_letter, is_found_by_a_receive_that_waits_at_the_source) {
  b.send(q, "bad");
  receive_times(q, 2);
  ASSERT_EQ(b.receive(q, 1, 1).size(), 1U);
  parked waiting;
  b.park(q, waiting, 20'000);
  b.advance(1000);
  EXPECT_FALSE(waiting.answered);
  EXPECT_EQ(b.describe(dead).messages, 1U);
}

TEST_P(dead_letter, without_its_target_is_delivered_here_and_moves_once_there_is_one) {
  b.delete_queue(dead);
  b.send(q, "bad");
  receive_times(q, 3);
  // Across slots the first try only finds out; the message comes back and is handed out.
  if (!GetParam()) move(q);
  const auto got = b.receive(q, 1, 1);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].receive_count, 4U);
  EXPECT_EQ(b.describe(q).messages_not_visible, 1U);
  auto& again = b.create(target);
  b.advance(10'000);
  move(q);
  EXPECT_EQ(b.describe(again).messages, 1U);
}

TEST_P(dead_letter, a_policy_that_is_removed_ends_the_moving) {
  b.send(q, "bad");
  receive_times(q, 3);
  EXPECT_EQ(b.set(q, {}, given_redrive), errc::ok);
  EXPECT_EQ(b.receive(q, 1, 1).size(), 1U);
}

TEST_P(dead_letter, in_a_chain_counts_the_receives_of_each_queue) {
  const std::string last = "the-end";
  auto& end = b.create(last);
  EXPECT_EQ(b.set(dead, {.redrive = {last, 2}}, given_redrive), errc::ok);
  b.send(q, "bad");
  receive_times(q, 3);
  move(q);
  receive_times(dead, 2);
  move(dead);
  ASSERT_EQ(b.describe(end).messages, 1U);
  const auto got = b.receive(end);
  EXPECT_EQ(got[0].receive_count, 6U);
  EXPECT_EQ(got[0].dead_letter_source, target);
}

TEST_P(dead_letter, in_a_circle_is_delivered_in_each_queue_and_nobody_spins) {
  EXPECT_EQ(b.set(dead, {.redrive = {"orders", 1}}, given_redrive), errc::ok);
  b.send(q, "bad");
  parked waiting;
  for (int round = 0; round < 3; ++round) {
    receive_times(q, 3);
    move(q);
    receive_times(dead, 1);
    move(dead);
    ASSERT_EQ(b.describe(q).messages, 1U);
  }
}

TEST_P(dead_letter, of_a_purged_or_deleted_source_is_not_lost_twice_nor_doubled) {
  b.route = false;
  b.send(q, "bad");
  receive_times(q, 3);
  move(q);
  EXPECT_EQ(b.purge(q), errc::ok);
  EXPECT_EQ(b.delete_queue(q), errc::ok);
  b.route = true;
  b.work();
  EXPECT_EQ(b.describe(dead).messages, 1U);
  EXPECT_EQ(b.queues.queues().message_count(), 1U);
}

TEST(dead_letter_to_itself, is_delivered_as_before) {
  queue_bench b;
  auto& q = b.create("orders", {.redrive = {"orders", 1}});
  b.send(q, "x");
  for (int i = 0; i < 6; ++i) {
    b.receive(q, 1, 1);
    b.advance(1000);
  }
  EXPECT_EQ(b.describe(q).messages, 1U);
  EXPECT_EQ(b.receive(q).size(), 1U);
}

}  // namespace
