// A message between two slots: each step may be repeated, delayed or cut short.
#include <gtest/gtest.h>

#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using queue::transfer_kind;
using test::queue_bench;

struct transfer : testing::Test {
  transfer() { b.route = false; }
  /// A message that has just left for the other slot.
  void depart() {
    b.send(q, "bad");
    held = b.receive(q, 1, 1)[0].receipt;
    b.advance(1000);
    ASSERT_TRUE(b.receive(q).empty());
    ASSERT_EQ(b.queues.outbox().size(), 1U);
  }
  queue::transfer_ptr taken() {
    queue::transfer_ptr t = std::move(b.queues.outbox().front());
    b.queues.outbox().clear();
    return t;
  }

  queue_bench b;
  const std::string target = test::name_in_slot_of("orders", false);
  queue::queue_state& dead = b.create(target);
  queue::queue_state& q = b.create("orders", {.redrive = {target, 1}});
  receipt_handle held;
};

TEST_F(transfer, a_message_under_way_is_receivable_nowhere) {
  depart();
  EXPECT_TRUE(b.receive(q).empty());
  EXPECT_TRUE(b.receive(dead).empty());
  const auto d = b.describe(q);
  EXPECT_EQ(d.messages + d.messages_not_visible + d.messages_delayed, 0U);
  EXPECT_EQ(b.change(q, held, 5), errc::message_does_not_exist);
}

TEST_F(transfer, deleted_under_way_never_comes_back) {
  depart();
  EXPECT_EQ(b.remove(q, held), errc::ok);
  b.delete_queue(dead);
  b.route = true;
  b.work();
  b.advance(10'000);
  EXPECT_TRUE(b.receive(q).empty()) << "delivered after an acked delete";
  EXPECT_EQ(b.queues.queues().message_count(), 0U);
}

TEST_F(transfer, one_that_arrives_twice_is_one_message) {
  depart();
  queue::transfer_ptr t = taken();
  auto twin = std::make_unique<queue::transfer>();
  twin->source_slot = t->source_slot;
  twin->target_slot = t->target_slot;
  twin->number = t->number;
  twin->target_name = t->target_name;
  twin->body = t->body;
  sync::retain(t->body.home);
  b.queues.arrive(std::move(t));
  b.queues.arrive(std::move(twin));
  EXPECT_EQ(b.describe(dead).messages, 1U);
  ASSERT_EQ(b.queues.outbox().size(), 2U);
  for (const auto& answer : b.queues.outbox()) EXPECT_EQ(answer->kind, transfer_kind::done);
  b.queues.log().clear();
  b.deliver_transfers();
  EXPECT_EQ(b.queues.queues().message_count(), 1U);
}

TEST_F(transfer, an_answer_that_arrives_twice_changes_nothing) {
  depart();
  b.queues.arrive(taken());
  queue::transfer_ptr done = taken();
  auto twin = std::make_unique<queue::transfer>();
  twin->kind = done->kind;
  twin->source_slot = done->source_slot;
  twin->source_sequence = done->source_sequence;
  b.queues.arrive(std::move(done));
  b.queues.arrive(std::move(twin));
  EXPECT_EQ(b.queues.queues().message_count(), 1U);
}

TEST_F(transfer, outlived_under_way_does_not_keep_the_lane_busy) {
  b.set(q, {.message_retention_period = 60}, given_message_retention_period);
  depart();
  b.queues.set_time((b.now_ms() + 120'000) * base::ns_per_ms);
  EXPECT_TRUE(b.queues.work(512));
  EXPECT_GT(b.queues.next_ms(), b.now_ms());
}

TEST_F(transfer, the_targets_name_survives_a_change_of_the_queue_before_the_append) {
  b.send(q, "bad");
  b.receive(q, 1, 1);
  b.advance(1000);
  queue::delivery out[batch_entries_max];
  std::size_t count = 0;
  ASSERT_EQ(b.queues.receive(q, 1, 1, out, count), errc::ok);
  // A longer name than any small-string buffer holds, so that the old one's memory is let go.
  ASSERT_EQ(b.queues.set_attributes(q, {.redrive = {std::string(80, 'z'), 5}}, given_redrive),
            errc::ok);
  EXPECT_EQ(as_text(b.queues.log().all().front().extra), target);
  b.queues.log().clear();
}

TEST_F(transfer, one_dropped_on_the_way_gives_its_body_up) {
  depart();
  taken().reset();
  b.delete_queue(q);
  b.work();
  b.writer.seal();
  EXPECT_EQ(b.blocks.bytes_in_use(), 0U);
}

}  // namespace
