// Topics in a later life: after any entry of the log, and after it was carried forward.
#include <gtest/gtest.h>

#include "support/topic_bench.hpp"

namespace {

using namespace millrace;
using test::topic_bench;
using texts = std::vector<std::string>;

/// How often a queue has each text.
std::map<std::string, int> counted(const topic_bench& b, const std::string& queue) {
  std::map<std::string, int> out;
  for (const std::string& t : b.texts(queue)) ++out[t];
  return out;
}

TEST(topic_recovery, after_every_entry_each_queue_has_each_message_once) {
  topic_bench b(6);
  for (const char* queue : {"a", "b", "dead"}) b.queues[queue];
  topic::topic_state& t = b.create("news");
  b.subscribe(t, "a");
  b.subscribe(t, "b");
  b.subscribe(t, "ghost", "dead");
  const std::size_t begin = b.journal().size();
  std::map<std::string, std::size_t> published;
  for (const char* text : {"one", "two", "three"}) {
    b.publish(t, text);
    published[text] = b.journal().size();
  }
  b.deliver();
  b.publish(t, "four");
  published["four"] = b.journal().size();
  b.deliver();
  ASSERT_EQ(b.texts("dead").size(), 4U);
  for (std::size_t cut = begin; cut <= b.journal().size(); ++cut) {
    topic_bench after(7);
    after.recover(b, 0, cut);
    after.deliver();
    EXPECT_EQ(after.topics.topics().publication_count(), 0U);
    for (const char* queue : {"a", "b", "dead"}) {
      const auto has = counted(after, queue);
      for (const auto& [text, at] : published) {
        const auto known = has.find(text);
        EXPECT_EQ(known == has.end() ? 0 : known->second, at <= cut ? 1 : 0)
            << text << " in " << queue << " after " << cut;
      }
    }
    after.publish(after.at("news"), "later");
    after.deliver();
    EXPECT_EQ(counted(after, "a").at("later"), 1) << "its number is new, after " << cut;
  }
}

TEST(topic_recovery, carried_forward_nothing_is_forgotten) {
  topic_bench b(6);
  for (const char* queue : {"a", "dead"}) b.queues[queue];
  topic::topic_state& t = b.create("news");
  topic::topic_state& order = b.create("order.fifo");
  const subscription_id id = b.subscribe(t, "a");
  b.subscribe(order, "a");
  for (int i = 0; i < 100; ++i) b.subscribe(t, "none" + std::to_string(i), "dead");
  const publish_result known = b.publish(order, "first", "id");
  b.deliver();
  b.publish(t, "under way");
  // Some of its deliveries are settled, one waits for its dead-letter queue, the rest for a queue.
  for (int i = 0; i < 2; ++i) {
    topic::delivery* d = b.topics.next_delivery();
    b.topics.pop_delivery();
    b.topics.answered(*d, topic::outcome::missing);
  }
  b.publish(t, "behind it");
  const std::size_t mark = b.journal().size();
  b.carry(5);
  EXPECT_GT(b.journal().size(), mark + 100);
  topic_bench after(7);
  after.recover(b, mark, b.journal().size());
  EXPECT_EQ(after.topics.topics().by_name().size(), 2U);
  EXPECT_EQ(after.at("news").subscriptions.size(), 101U);
  EXPECT_NE(after.at("news").find(id), nullptr);
  EXPECT_EQ(after.topics.topics().publication_count(), 2U);
  after.deliver();
  EXPECT_EQ(after.texts("a"), (texts{"first", "under way", "behind it"}));
  EXPECT_EQ(after.texts("dead").size(), 200U);
  const publish_result again = after.publish(after.at("order.fifo"), "another", "id");
  EXPECT_EQ(again.id, known.id);
  EXPECT_EQ(again.sequence, known.sequence);
  EXPECT_GT(after.publish(after.at("order.fifo"), "second", "id2").sequence, known.sequence);
  b.carry(5);
  EXPECT_LT(b.journal().size(), 2 * mark + 400) << "what was carried is not carried again";
}

TEST(topic_recovery, a_topic_that_is_gone_stays_so_and_its_number_is_not_used_again) {
  topic_bench b(6);
  b.queues["a"];
  topic::topic_state& t = b.create("news");
  const std::uint64_t uid = t.uid;
  b.subscribe(t, "a");
  b.publish(t, "on its way");
  ASSERT_EQ(b.topics.remove(t), errc::ok);
  b.pass(0);
  b.carry(3);
  topic_bench after(7);
  after.recover(b, 0, b.journal().size());
  EXPECT_TRUE(after.topics.topics().by_name().empty());
  after.deliver();
  EXPECT_EQ(after.texts("a"), texts{"on its way"});
  EXPECT_NE(after.create("news").uid, uid);
}

TEST(topic_recovery, messages_of_level_memory_are_gone_and_their_numbers_too) {
  topic_bench b(6);
  b.queues["a"];
  topic::topic_state& t = b.create("quick", durability::memory);
  b.subscribe(t, "a");
  b.publish(t, "one");
  topic_bench after(7);
  after.recover(b, 0, b.journal().size());
  EXPECT_EQ(after.topics.next_delivery(), nullptr);
  after.publish(after.at("quick"), "two");
  after.deliver();
  EXPECT_EQ(after.texts("a"), texts{"two"});
}

TEST(topic_recovery, a_large_fan_out_is_published_in_pieces) {
  topic_bench b(6);
  topic::topic_state& t = b.create("news.fifo");
  constexpr std::size_t count = 2'500;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string queue = "q" + std::to_string(i);
    b.queues[queue];
    b.subscribe(t, queue);
  }
  b.publish(t, "x", "id");
  EXPECT_EQ(b.topics.topics().publication_count(), 3U);
  topic_bench after(7);
  after.recover(b, 0, b.journal().size());
  after.deliver();
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQ(after.texts("q" + std::to_string(i)), texts{"x"});
  }
}

}  // namespace
