// A message's life costs the same number of steps in a queue of ten messages and of a million:
// journal entries, timer placements and pages are counted, no clock is read.
#include <gtest/gtest.h>

#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using test::queue_bench;

/// Steps of 1,000 lives (send, receive, change, expire, receive, delete) in front of a backlog.
struct cost {
  std::uint64_t entries = 0;
  std::uint64_t placements = 0;
  friend bool operator==(const cost&, const cost&) = default;
};

cost lives_at_depth(std::size_t depth) {
  queue_bench b;
  auto& q = b.create("orders", {.message_retention_period = 1209600});
  for (std::size_t i = 0; i < depth; ++i) b.send(q, "x", i % 4 == 0 ? 900 : 0);
  cost out;
  const auto start = b.queues.queues().timer_placements();
  const auto count = [&] {
    out.entries += b.queues.log().size();
    b.queues.log().clear();
  };
  for (int i = 0; i < 1000; ++i) {
    std::byte* to = b.writer.reserve(8);
    std::memset(to, 0, 8);
    queue::sent_as sent;
    EXPECT_EQ(b.queues.send(q, {b.writer.commit(8), 8, 0, {}}, sent), errc::ok);
    queue::delivery d[batch_entries_max];
    std::size_t n = 0;
    EXPECT_EQ(b.queues.receive(q, 1, 30, d, n), errc::ok);
    EXPECT_EQ(n, 1U);
    EXPECT_EQ(b.queues.change_visibility(q, d[0].receipt, 0), errc::ok);
    EXPECT_EQ(b.queues.remove(q, d[0].receipt), errc::ok);
    sync::release(d[0].body.home);
    EXPECT_TRUE(b.queues.work(512));
    count();
  }
  out.placements = b.queues.queues().timer_placements() - start;
  return out;
}

TEST(cost_of_a_life, is_the_same_at_depth_10_and_at_depth_1000000) {
  const cost shallow = lives_at_depth(10);
  EXPECT_EQ(shallow, lives_at_depth(1'000'000));
  EXPECT_EQ(shallow.entries, 4000U);
  EXPECT_LE(shallow.placements, 3000U);
}

TEST(cost_of_a_purge, is_one_entry_at_any_depth_and_the_sweep_keeps_to_its_budget) {
  queue_bench b;
  auto& q = b.create("orders");
  constexpr std::size_t depth = 200'000;
  for (std::size_t i = 0; i < depth; ++i) b.send(q, "x");
  EXPECT_EQ(b.queues.purge(q), errc::ok);
  EXPECT_EQ(b.queues.log().size(), 1U);
  b.queues.log().clear();
  EXPECT_EQ(b.queues.queues().message_count(), depth) << "freed later";
  EXPECT_EQ(b.describe(q).messages, 0U) << "gone at once";
  EXPECT_FALSE(b.queues.work(512));
  EXPECT_EQ(b.queues.queues().message_count(), depth - 512);
}

TEST(cost_of_timers, of_a_million_messages_is_a_few_placements_each) {
  queue_bench b;
  auto& q = b.create("orders");
  constexpr std::size_t depth = 1'000'000;
  for (std::size_t i = 0; i < depth; ++i) b.send(q, "x", static_cast<std::int32_t>(1 + i % 900));
  for (int second = 0; second < 901; ++second) {
    b.queues.set_time((b.now_ms() + 1000) * base::ns_per_ms);
    while (!b.queues.work(100'000)) {
    }
  }
  EXPECT_EQ(b.describe(q).messages, depth);
  EXPECT_LE(b.queues.queues().timer_placements(), depth * 6);
}

/// Of so many messages in so many groups of a FIFO queue.
struct grouped {
  grouped(std::size_t messages, std::size_t groups) : q(b.create("orders.fifo", fifo())) {
    for (std::size_t i = 0; i < messages; ++i) {
      const std::string group = "g" + std::to_string(i % groups);
      EXPECT_EQ(b.try_send(q, {"x", group, std::to_string(i)}), errc::ok);
    }
  }
  static queue_attributes fifo() {
    queue_attributes a;
    a.fifo_queue = true;
    return a;
  }
  void drain() {
    for (auto got = b.receive(q, 10); !got.empty(); got = b.receive(q, 10)) {
      for (const auto& m : got) EXPECT_EQ(b.remove(q, m.receipt), errc::ok);
    }
    b.advance(300'000);  // the deduplication ids go too
  }
  [[nodiscard]] std::size_t bytes() const {
    return b.budget.bytes_in_use() + b.queues.queues().fifo().directory_bytes();
  }
  queue_bench b;
  queue::queue_state& q;
};

TEST(cost_of_a_group, is_at_most_200_bytes_and_nothing_when_it_is_empty) {
  constexpr std::size_t messages = 200'000;
  grouped one(messages, 1);
  grouped many(messages, messages);
  ASSERT_EQ(many.b.queues.queues().fifo().group_count(), messages);
  const double each = static_cast<double>(many.bytes() - one.bytes()) / messages;
  EXPECT_LE(each, 200.0);
  RecordProperty("bytes", static_cast<int>(each));
  one.drain();
  many.drain();
  EXPECT_EQ(many.b.queues.queues().fifo().group_count(), 0U);
  EXPECT_LE(many.bytes(), one.bytes() + 256 * 1024) << "what the table keeps of its parts";
}

}  // namespace
