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

}  // namespace
