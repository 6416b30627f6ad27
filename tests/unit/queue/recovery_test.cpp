// What a later life knows of an earlier one: the kept entries of one bench, applied to another.
#include <gtest/gtest.h>

#include "support/replay_kept.hpp"

namespace {

using namespace millrace;
using test::queue_bench;

TEST(recovery, a_receipt_of_a_message_that_is_gone_names_no_later_one) {
  queue_bench before({.record = true});
  queue::queue_state& fleeting = before.create("fleeting", {.level = durability::memory});
  before.send(fleeting, "first");
  const receipt_handle old = before.receive(fleeting)[0].receipt;

  queue_bench after({.limits = {.incarnation = 7}});
  test::replay_kept(before, after);
  queue::queue_state& again = after.at("fleeting");
  after.send(again, "second");
  EXPECT_EQ(after.remove(again, old), errc::ok);
  EXPECT_EQ(after.receive(again).size(), 1U);
}

TEST(recovery, also_where_the_queue_itself_was_forgotten) {
  queue_bench before({.limits = {.incarnation = 6}});
  queue::queue_state& q = before.create("orders", {.level = durability::memory});
  before.send(q, "first");
  const receipt_handle old = before.receive(q)[0].receipt;

  queue_bench after({.limits = {.incarnation = 7}});
  after.queues.begin_replay();
  after.queues.end_replay();
  queue::queue_state& again = after.create("orders", {.level = durability::memory});
  after.send(again, "second");
  after.remove(again, old);
  EXPECT_EQ(after.receive(again).size(), 1U);
}

TEST(recovery, a_receipt_of_an_earlier_life_names_its_message_still) {
  queue_bench before({.limits = {.incarnation = 6}, .record = true});
  queue::queue_state& q = before.create("orders", {.level = durability::disk});
  before.send(q, "x");
  const receipt_handle old = before.receive(q)[0].receipt;

  queue_bench after({.limits = {.incarnation = 7}});
  test::replay_kept(before, after);
  queue::queue_state& again = after.at("orders");
  EXPECT_EQ(after.change(again, old, 9), errc::ok)
      << "its receive is forgotten, but not the message";
  EXPECT_TRUE(after.receive(again).empty());
  after.advance(9000);
  const receipt_handle fresh = after.receive(again)[0].receipt;
  EXPECT_EQ(after.change(again, old, 43'200), errc::ok);
  EXPECT_EQ(after.change(again, fresh, 0), errc::ok);
}

TEST(recovery, a_receipt_of_a_counted_receive_changes_the_visibility_in_the_next_life) {
  queue_bench before({.limits = {.incarnation = 6}, .record = true});
  before.create("dead-orders", {.level = durability::disk});
  queue::queue_state& q =
      before.create("orders", {.redrive = {"dead-orders", 9}, .level = durability::disk});
  before.send(q, "x");
  const receipt_handle old = before.receive(q)[0].receipt;

  queue_bench after({.limits = {.incarnation = 7}});
  test::replay_kept(before, after);
  EXPECT_TRUE(after.receive(after.at("orders")).empty());
  EXPECT_EQ(after.change(after.at("orders"), old, 0), errc::ok);
  EXPECT_EQ(after.receive(after.at("orders")).size(), 1U);
}

TEST(recovery, a_dead_letter_knows_its_source_though_that_is_defined_behind_it) {
  queue_bench before({.record = true});
  const std::string target = test::name_in_slot_of("orders", true);
  before.create(target, {.level = durability::disk});
  queue::queue_state& orders =
      before.create("orders", {.redrive = {target, 1}, .level = durability::disk});
  const std::size_t sent = before.journal().size();
  before.queues.set_log_epoch(5);
  before.send(orders, "x");
  before.receive(orders, 1, 0);
  before.receive(orders, 1, 0);
  before.queues.begin_carry(5);
  while (!before.carry(1 << 20)) {
  }

  queue_bench after;
  test::replay_kept(before, after, sent);
  const queue::message* m = after.at(target).by_age.front();
  ASSERT_NE(m, nullptr);
  ASSERT_NE(m->dead_letter_source, nullptr);
  EXPECT_EQ(*m->dead_letter_source, "orders");
}

}  // namespace
