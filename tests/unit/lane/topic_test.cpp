// Deliveries of topics under a journal without room, or that is late or broken.
#include <gtest/gtest.h>

#include "support/lane_bench.hpp"

namespace {

using namespace millrace;
using journal::admission;
using test::lane_bench;
using texts = std::vector<std::string>;

struct topic_lane : testing::Test {
  lane::operation* begin(operation_kind kind, const std::string& topic) {
    lane::operation* op = b.client->begin_topic(kind, ++last_);
    MR_ASSERT(detail::client_core::address_topic(*op, topic) == errc::ok);
    return op;
  }
  std::uint64_t submit(lane::operation* op) {
    MR_ASSERT(b.client->submit(*op) == errc::ok);
    return last_;
  }
  void create(const std::string& topic, durability level) {
    lane::operation* op = begin(operation_kind::create_topic, topic);
    op->topic->settings.level = level;
    op->topic->settings.fifo = topic.ends_with(".fifo");
    op->topic->given = given_topic_level | given_topic_fifo;
    b.expect(submit(op));
  }
  void create_queue(const std::string& queue, durability level) {
    b.expect(b.submit(operation_kind::create_queue, queue, [&](lane::operation& op) {
      op.more->wanted = {queue, {.level = level}};
      op.more->wanted.attributes.fifo_queue = queue.ends_with(".fifo");
      op.more->given = given_durability | given_fifo_queue;
    }));
  }
  void subscribe(const std::string& topic, const std::string& queue) {
    lane::operation* op = begin(operation_kind::subscribe_to_topic, topic);
    op->topic->subscribed.endpoint = queue;
    op->topic->subscribed.raw = true;
    b.expect(submit(op));
  }
  std::uint64_t publish(const std::string& topic, const std::string& text) {
    lane::operation* op = begin(operation_kind::publish, topic);
    publish_entry entry;
    entry.message = as_bytes(text);
    if (topic.ends_with(".fifo")) {
      entry.message_group_id = "g";
      entry.message_deduplication_id = text;
    }
    MR_ASSERT(b.client->fill_publish(*op, {&entry, 1}) == errc::ok);
    return submit(op);
  }
  /// All that is in a FIFO queue: without a delete the group stays locked.
  texts take(const std::string& queue) {
    texts out;
    while (true) {
      const auto got = b.expect(b.receive(queue, {.max_messages = 10}));
      if (got.bodies.empty()) return out;
      for (std::size_t i = 0; i < got.bodies.size(); ++i) {
        out.push_back(got.bodies[i]);
        b.expect(b.remove(queue, got.receipts[i]));
      }
    }
  }
  lane_bench b;
  std::uint64_t last_ = 1'000'000;
};

TEST_F(topic_lane, a_full_disk_holds_deliveries_back_in_their_order) {
  create("order.fifo", durability::memory);
  create_queue("q.fifo", durability::disk);
  create_queue("m.fifo", durability::memory);
  subscribe("order.fifo", "q.fifo");
  subscribe("order.fifo", "m.fifo");
  b.log.admitted = admission::reserved;
  EXPECT_EQ(b.expect(publish("order.fifo", "one")).status, errc::ok);
  EXPECT_EQ(b.expect(publish("order.fifo", "two")).status, errc::ok);
  EXPECT_EQ(take("m.fifo"), (texts{"one", "two"}));
  EXPECT_EQ(take("q.fifo"), texts{});
  b.log.admitted = admission::open;
  b.run();
  EXPECT_EQ(b.expect(publish("order.fifo", "three")).status, errc::ok);
  EXPECT_EQ(take("q.fifo"), texts{}) << "three does not pass the others";
  b.core->virtual_time()->advance(base::ns_per_s);
  b.run();
  EXPECT_EQ(take("q.fifo"), (texts{"one", "two", "three"}));
}

TEST_F(topic_lane, a_queue_that_goes_while_something_waits_for_it_is_missing) {
  create("news", durability::memory);
  create_queue("q", durability::disk);
  subscribe("news", "q");
  b.log.admitted = admission::reserved;
  b.expect(publish("news", "x"));
  b.log.admitted = admission::open;
  b.expect(b.submit(operation_kind::delete_queue, "q"));
  b.core->virtual_time()->advance(base::ns_per_s);
  b.run();
  EXPECT_EQ(b.core->lane_at(0).topics().topics().publication_count(), 0U);
  EXPECT_EQ(b.core->lane_at(0).topics().topics().by_name().at("news")->failed, 1U);
}

TEST_F(topic_lane, a_durable_topic_takes_nothing_while_the_disk_is_full) {
  create("news", durability::disk);
  create_queue("q", durability::memory);
  subscribe("news", "q");
  b.log.admitted = admission::reserved;
  const std::uint64_t token = publish("news", "x");
  b.run();
  EXPECT_TRUE(b.answered(token));
  EXPECT_EQ(take("q"), texts{});
}

TEST_F(topic_lane, a_publish_is_answered_when_all_of_it_is_durable) {
  create("news", durability::memory);
  create_queue("q", durability::disk);
  subscribe("news", "q");
  b.log.automatic = false;
  const std::uint64_t token = publish("news", "x");
  b.run();
  EXPECT_FALSE(b.answered(token)) << "the queue is of level disk";
  b.log.done = b.log.done_os = b.log.appended;
  b.run();
  EXPECT_TRUE(b.answered(token));
}

TEST_F(topic_lane, a_broken_journal_answers_who_waits) {
  create("news", durability::disk);
  create_queue("q", durability::disk);
  subscribe("news", "q");
  b.log.automatic = false;
  const std::uint64_t token = publish("news", "x");
  b.run();
  b.log.broken = true;
  EXPECT_EQ(b.expect(token).status, errc::journal_failed);
  EXPECT_EQ(b.expect(publish("news", "y")).status, errc::journal_failed);
}

}  // namespace
