// What topics deliver, as queues take it in: each number once, over recoveries too.
#include <gtest/gtest.h>

#include "property/projection.hpp"
#include "support/queue_bench.hpp"
#include "support/replay_kept.hpp"

namespace {

using namespace millrace;
using queue::delivered_from;
using test::queue_bench;

constexpr std::uint8_t topic_slot = 200;

/// As a lane does: what is taken already is not delivered again.
bool deliver(queue_bench& b, const std::string& to, const delivered_from& from,
             std::string_view id = {}) {
  queue::queue_state& q = b.at(to);
  if (b.queues.has_taken(q.slot(), from)) return false;
  std::memcpy(b.writer.reserve(4), "text", 4);
  queue::fifo_part fifo;
  fifo.has_group = true;
  fifo.deduplication = queue::key_of({}, id);
  fifo.deduplication_from = queue::fifo_part::id_from::sender;
  const queue::send_args args{b.writer.commit(4), 4, -1, q.fifo ? &fifo : nullptr};
  MR_ASSERT(b.queues.deliver(q, args, from) == errc::ok);
  b.work();
  return true;
}

struct delivery : testing::Test {
  queue_bench b{{.limits = {.level_default = durability::disk, .incarnation = 6}, .record = true}};
  queue_bench after{{.limits = {.level_default = durability::disk, .incarnation = 7}}};
};

TEST_F(delivery, a_number_is_taken_once) {
  b.create("q", {.level = durability::disk});
  EXPECT_TRUE(deliver(b, "q", {5, 3, topic_slot}));
  EXPECT_FALSE(deliver(b, "q", {5, 3, topic_slot}));
  EXPECT_FALSE(deliver(b, "q", {2, 3, topic_slot})) << "settled at the topic";
  EXPECT_TRUE(deliver(b, "q", {4, 3, topic_slot}));
  EXPECT_TRUE(deliver(b, "q", {5, 5, topic_slot + 1})) << "of another topic's slot";
  EXPECT_TRUE(deliver(b, "q", {0, 0, topic_slot})) << "of a topic that forgets";
  EXPECT_TRUE(deliver(b, "q", {0, 0, topic_slot}));
  EXPECT_EQ(b.describe(b.at("q")).messages, 5U);
}

TEST_F(delivery, numbers_in_order_are_remembered_as_one) {
  b.create("q", {.level = durability::disk});
  for (std::uint64_t n = 1; n <= 100; ++n) EXPECT_TRUE(deliver(b, "q", {n, n, topic_slot}));
  const auto& known = b.queues.queues().slot(b.at("q").slot()).of_topics.at(topic_slot);
  EXPECT_TRUE(known.taken.empty());
  EXPECT_EQ(known.settled_below, 101U);
}

TEST_F(delivery, a_later_life_knows_the_numbers) {
  b.create("q", {.level = durability::disk});
  b.create("f.fifo", {.level = durability::disk, .fifo_queue = true});
  EXPECT_TRUE(deliver(b, "q", {5, 3, topic_slot}));
  EXPECT_TRUE(deliver(b, "f.fifo", {6, 3, topic_slot}, "id"));
  EXPECT_TRUE(deliver(b, "f.fifo", {8, 3, topic_slot}, "id")) << "a number of what it knows";
  test::replay_kept(b, after);
  EXPECT_FALSE(deliver(after, "q", {5, 3, topic_slot}));
  EXPECT_FALSE(deliver(after, "f.fifo", {6, 3, topic_slot}, "id"));
  EXPECT_FALSE(deliver(after, "f.fifo", {8, 3, topic_slot}, "id"));
  EXPECT_TRUE(deliver(after, "q", {7, 3, topic_slot}));
  EXPECT_EQ(after.describe(after.at("q")).messages, 2U);
  EXPECT_EQ(after.describe(after.at("f.fifo")).messages, 1U);
}

TEST_F(delivery, numbers_are_carried_forward) {
  b.create("q", {.level = durability::disk});
  EXPECT_TRUE(deliver(b, "q", {5, 3, topic_slot}));
  const std::size_t mark = b.journal().size();
  b.queues.set_log_epoch(5);
  b.queues.begin_carry(5);
  while (!b.carry(1 << 20)) {
  }
  test::replay_kept(b, after, mark);
  EXPECT_FALSE(deliver(after, "q", {5, 3, topic_slot}));
  EXPECT_FALSE(deliver(after, "q", {2, 3, topic_slot}));
  EXPECT_TRUE(deliver(after, "q", {4, 3, topic_slot}));
}

}  // namespace
