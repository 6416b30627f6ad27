// What a later life knows of FIFO queues: locks, order, receipts and the deduplication window.
#include <gtest/gtest.h>

#include "support/replay_kept.hpp"

namespace {

using namespace millrace;
using test::fifo_send;
using test::queue_bench;

struct fifo_recovery : testing::Test {
  fifo_recovery() {
    queue_attributes a;
    a.fifo_queue = true;
    q = &before.create("orders.fifo", a);
    for (const char* m : {"1", "2", "3"}) {
      EXPECT_EQ(before.try_send(*q, fifo_send{m, "g", m}, &last), errc::ok);
    }
  }
  queue::queue_state& again() { return after.at("orders.fifo"); }
  queue_bench before{{.limits = {.incarnation = 6}, .record = true}};
  queue_bench after{{.limits = {.incarnation = 7}}};
  queue::queue_state* q = nullptr;
  queue::sent_as last;
};

TEST_F(fifo_recovery, a_group_stays_locked_and_its_receipt_good) {
  const receipt_handle r = before.receive(*q)[0].receipt;
  test::replay_kept(before, after);
  EXPECT_TRUE(after.receive(again(), 10).empty());
  EXPECT_EQ(after.remove(again(), r), errc::ok);
  const auto rest = after.receive(again(), 10);
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[0].body, "2");
}

TEST_F(fifo_recovery, a_changed_delay_is_the_same_again) {
  queue_attributes a;
  a.fifo_queue = true;
  a.delay_seconds = 900;
  before.set(*q, a, given_delay_seconds);
  before.try_send(*q, fifo_send{"4", "h", "4"});
  a.delay_seconds = 60;
  before.set(*q, a, given_delay_seconds);
  test::replay_kept(before, after);
  EXPECT_EQ(after.describe(again()).messages_delayed, 1U);
  after.advance(59'999);
  EXPECT_EQ(after.describe(again()).messages_delayed, 1U);
  after.advance(1);
  EXPECT_EQ(after.describe(again()).messages, 4U);
}

TEST_F(fifo_recovery, the_window_lasts_and_sequence_numbers_go_on) {
  test::replay_kept(before, after);
  queue::sent_as as;
  EXPECT_EQ(after.try_send(again(), fifo_send{"x", "g", "3"}, &as), errc::ok);
  EXPECT_EQ(as.id, last.id);
  EXPECT_EQ(as.order, last.order);
  EXPECT_EQ(after.describe(again()).messages, 3U);
  EXPECT_EQ(after.try_send(again(), fifo_send{"x", "g", "4"}, &as), errc::ok);
  EXPECT_GT(as.order, last.order);
}

TEST_F(fifo_recovery, both_hold_when_only_what_was_carried_is_left) {
  for (const auto& m : before.receive(*q, 10)) before.remove(*q, m.receipt);
  before.try_send(*q, fifo_send{"5", "g", "5"});
  const std::size_t first = before.journal().size();
  before.queues.set_log_epoch(5);
  before.queues.begin_carry(5);
  while (!before.carry(200)) {
  }
  test::replay_kept(before, after, first);
  queue::sent_as as;
  EXPECT_EQ(after.try_send(again(), fifo_send{"x", "g", "3"}, &as), errc::ok);
  EXPECT_EQ(as.id, last.id);
  const auto got = after.receive(again(), 10);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].body, "5");
}

/// A name that ends like that of a FIFO queue.
std::string fifo_name(const std::string& begin, bool same_slot) {
  for (int i = 0;; ++i) {
    std::string name = begin + std::to_string(i) + ".fifo";
    if ((queue::slot_of(name) == queue::slot_of("orders.fifo")) == same_slot) return name;
  }
}

/// Where a message stands in its group does not follow from when it was first stored.
TEST_F(fifo_recovery, dead_letters_on_their_way_arrive_in_the_order_of_their_group) {
  const std::string far = fifo_name("far", false);
  const std::string near = fifo_name("near", true);
  queue_attributes a;
  a.fifo_queue = true;
  before.create(far, a);
  a.redrive = {far, 1};
  queue::queue_state& dead = before.create(near, a);
  a.redrive = {near, 1};
  queue::queue_state& early = before.create(fifo_name("early", true), a);
  queue::queue_state& late = before.create(fifo_name("late", true), a);
  before.try_send(early, fifo_send{"stored first", "g", "x"});
  before.try_send(late, fifo_send{"stored last", "g", "y"});
  for (queue::queue_state* from : {&late, &early}) {
    ASSERT_EQ(before.receive(*from, 10, 0).size(), 1U);
    ASSERT_TRUE(before.receive(*from, 10, 0).empty());
  }
  before.route = false;
  ASSERT_EQ(before.receive(dead, 10, 0).size(), 2U);
  ASSERT_TRUE(before.receive(dead, 10, 0).empty());
  test::replay_kept(before, after);
  after.work();
  const auto got = after.receive(after.at(far), 10);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].body, "stored last");
  EXPECT_EQ(got[1].body, "stored first");
}

}  // namespace
