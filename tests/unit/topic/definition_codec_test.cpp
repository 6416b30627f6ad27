// Definitions of topics and subscriptions as bytes.
#include "topic/definition_codec.hpp"

#include <gtest/gtest.h>

namespace {

using namespace millrace;
using topic::subscription_definition;
using topic::topic_definition;

topic_definition some_topic() {
  topic_definition d;
  d.name = "news.fifo";
  d.settings.fifo = true;
  d.settings.content_based_deduplication = true;
  d.settings.scope = topic_deduplication_scope::message_group;
  d.settings.maximum_message_size = 4096;
  d.settings.level = durability::disk;
  d.settings.stored = {{"DisplayName", "News"}, {"tag:a", ""}};
  d.created_at_ms = 1'700'000'000'000;
  return d;
}

subscription_definition some_subscription() {
  subscription_definition d;
  d.settings.endpoint = "q.fifo";
  d.settings.raw = true;
  d.settings.scope = filter_scope::body;
  d.settings.filter_policy = "{}";
  d.settings.dead_letter_queue = "dead.fifo";
  d.settings.stored = {{"x", "y"}};
  d.created_at_ms = 5;
  return d;
}

TEST(topic_definition_codec, gives_back_what_it_was_given) {
  topic_definition t;
  ASSERT_TRUE(decode(encode(some_topic()), t));
  EXPECT_EQ(t, some_topic());
  subscription_definition s;
  ASSERT_TRUE(decode(encode(some_subscription()), s));
  EXPECT_EQ(s, some_subscription());
}

TEST(topic_definition_codec, what_is_cut_short_or_too_long_is_none) {
  std::vector<std::byte> bytes = encode(some_topic());
  topic_definition t;
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(decode(bytes_view(bytes).first(n), t)) << n;
  }
  bytes.push_back({});
  EXPECT_FALSE(decode(bytes, t));
  bytes = encode(some_subscription());
  subscription_definition s;
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(decode(bytes_view(bytes).first(n), s)) << n;
  }
}

TEST(topic_definition_codec, targets_follow_each_other) {
  topic::route a;
  a.id.bytes[0] = 1;
  a.raw = true;
  a.queue = topic::queue_address("a");
  topic::route b;
  b.queue = topic::queue_address("b");
  b.dead_letter = topic::queue_address("dead");
  std::vector<std::byte> bytes;
  encode_target(a, 7, false, bytes);
  encode_target(b, 9, true, bytes);
  topic::target_reader reader(bytes);
  std::uint64_t number = 0;
  bool dead_letter = true;
  const topic::route_ref first(reader.next(number, dead_letter));
  EXPECT_EQ(first->id, a.id);
  EXPECT_TRUE(first->raw);
  EXPECT_EQ(first->queue.name, "a");
  EXPECT_EQ(number, 7U);
  EXPECT_FALSE(dead_letter);
  EXPECT_FALSE(reader.at_end());
  const topic::route_ref second(reader.next(number, dead_letter));
  EXPECT_FALSE(second->raw);
  EXPECT_EQ(second->dead_letter.name, "dead");
  EXPECT_EQ(number, 9U);
  EXPECT_TRUE(dead_letter);
  EXPECT_EQ(reader.next(number, dead_letter), nullptr);
  EXPECT_TRUE(reader.at_end());
}

}  // namespace
