// Topics as a program sees them, with one lane and with several: what is published comes to every
// subscription.
#include <map>
#include <thread>

#include "topic_fixture.hpp"

namespace {

using namespace millrace;
using texts = std::vector<std::string>;

struct topic : testing::TestWithParam<std::uint32_t>, test::topics_and_queues {
  topic() { open({.lanes = GetParam()}); }
};
INSTANTIATE_TEST_SUITE_P(lanes, topic, testing::Values(1U, 2U, 4U));

TEST_P(topic, a_message_comes_to_each_of_its_queues) {
  const topic_handle t = make_topic("news");
  texts queues;
  for (int i = 0; i < 20; ++i) {
    queues.push_back("q" + std::to_string(i));
    make_queue(queues.back());
    subscribe(t, queues.back());
  }
  make_queue("other");
  EXPECT_EQ(publish(t, "one").status, errc::ok);
  EXPECT_EQ(publish("news", "two").status, errc::ok);
  for (const std::string& q : queues) EXPECT_EQ(take_sorted(q), (texts{"one", "two"})) << q;
  EXPECT_EQ(take("other"), texts{});
  const topic_description is = topics().describe_topic(t).value();
  EXPECT_EQ(is.subscriptions, 20U);
  EXPECT_EQ(is.published, 2U);
  EXPECT_EQ(is.delivered, 40U);
  EXPECT_EQ(is.failed, 0U);
}

TEST_P(topic, a_batch_is_answered_entry_by_entry) {
  make_topic("news");
  make_queue("q");
  subscribe("news", "q");
  const std::string longest(topic_message_bytes_default, 'x');
  const std::string too_long = longest + "x";
  const message_id mine{{1, 2, 3}};
  std::vector<publish_entry> entries(3);
  entries[0].message = as_bytes(std::string_view("a"));
  entries[0].id = &mine;
  entries[2].message = as_bytes(std::string_view("c"));
  std::vector<publish_result> results(3);
  topics().publish("news", entries, results).value();
  EXPECT_EQ(results[0].status, errc::ok);
  EXPECT_EQ(results[0].id, mine);
  EXPECT_EQ(results[1].status, errc::empty_message);
  EXPECT_EQ(results[2].status, errc::ok);
  EXPECT_NE(results[2].id, mine);
  EXPECT_EQ(take_sorted("q"), (texts{"a", "c"}));
  EXPECT_EQ(publish("news", too_long).status, errc::message_too_long);
  EXPECT_EQ(publish("news", longest).status, errc::ok);
  entries[1].message = as_bytes(longest);
  EXPECT_EQ(topics().publish("news", entries, results).error(), errc::batch_too_long);
  EXPECT_EQ(topics().publish("news", {}, results).error(), errc::empty_batch);
  entries.resize(11);
  results.resize(11);
  EXPECT_EQ(topics().publish("news", entries, results).error(), errc::too_many_entries);
  EXPECT_EQ(publish("none", "x").status, errc::topic_does_not_exist);
  EXPECT_EQ(publish("n o", "x").status, errc::invalid_topic_name);
}

TEST_P(topic, raw_keeps_attributes_group_and_digest) {
  make_topic("news");
  make_queue("q");
  subscribe("news", "q");
  std::vector<std::byte> attributes;
  append_attribute(attributes, {"kind", "String", as_bytes(std::string_view("x"))});
  const digest made{7};
  publish_entry entry;
  entry.message = as_bytes(std::string_view("body"));
  entry.attributes = attributes;
  entry.message_digest = &made;
  entry.message_group_id = "tenant";
  entry.notification = as_bytes(std::string_view("for others"));
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  const received got = c.receive("q").value();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(as_text(got[0].body), "body");
  EXPECT_TRUE(std::ranges::equal(got[0].attributes, attributes));
  EXPECT_EQ(*got[0].body_digest, made);
  EXPECT_EQ(got[0].message_group_id, "tenant");
}

TEST_P(topic, what_is_for_raw_subscriptions_only_is_not_published_where_there_is_another) {
  make_topic("news");
  make_queue("q");
  subscribe("news", "q");
  const auto notified = [&] { return topics().describe_topic("news").value().notified; };
  publish_entry entry;
  entry.message = as_bytes(std::string_view("body"));
  entry.raw_only = true;
  EXPECT_EQ(notified(), 0U);
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  const subscription_id r = subscribe("news", "r", false);
  EXPECT_EQ(notified(), 1U);
  EXPECT_EQ(publish("news", entry).status, errc::changed_meanwhile);
  subscription_settings change;
  change.raw = true;
  topics().set_subscription("news", r, change, given_raw).value();
  EXPECT_EQ(notified(), 0U);
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  change.raw = false;
  topics().set_subscription("news", r, change, given_raw).value();
  EXPECT_EQ(publish("news", entry).status, errc::changed_meanwhile);
  topics().unsubscribe("news", r).value();
  EXPECT_EQ(notified(), 0U);
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  EXPECT_EQ(take("q").size(), 3U);
}

TEST_P(topic, others_get_the_notification_with_its_places_filled) {
  make_topic("news");
  make_queue("q");
  make_queue("r");
  const subscription_id q = subscribe("news", "q", false);
  const subscription_id r = subscribe("news", "r", false);
  const std::string hole(subscription_id_length, '?');
  const std::string text = "{id:" + hole + ",n:" + std::string(20, '?') + "}";
  publish_entry entry;
  entry.message = as_bytes(std::string_view("body"));
  entry.notification = as_bytes(text);
  entry.subscription_at = 4;
  entry.sequence_at = 4 + 36 + 3;
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  EXPECT_EQ(take("q"), texts{"{id:" + to_text(q) + ",n:12000000000000000000}"});
  EXPECT_EQ(take("r"), texts{"{id:" + to_text(r) + ",n:12000000000000000000}"});
  entry.subscription_at = publish_entry::no_place;
  entry.sequence_at = publish_entry::no_place;
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  EXPECT_EQ(take("q"), texts{text});
  entry.notification = {};
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  EXPECT_EQ(take("q"), texts{"body"});
  entry.subscription_at = 0;
  EXPECT_EQ(publish("news", entry).status, errc::invalid_option);
}

TEST_P(topic, system_attributes_go_to_every_queue) {
  make_topic("news");
  make_queue("q");
  make_queue("r");
  subscribe("news", "q");
  subscribe("news", "r", false);
  std::vector<std::byte> attributes;
  std::vector<std::byte> system;
  append_attribute(attributes, {"kind", "String", as_bytes(std::string_view("x"))});
  append_attribute(system, {"AWSTraceHeader", "String", as_bytes(std::string_view("Root=1"))});
  publish_entry entry;
  entry.message = as_bytes(std::string_view("body"));
  entry.attributes = attributes;
  entry.system_attributes = system;
  entry.notification = as_bytes(std::string_view("for others"));
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  for (const auto& [queue, body] : {std::pair("q", "body"), std::pair("r", "for others")}) {
    const received got = c.receive(queue).value();
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(as_text(got[0].body), body);
    EXPECT_TRUE(std::ranges::equal(got[0].system_attributes, system));
  }
}

TEST_P(topic, a_notification_longer_than_a_message_is_for_nobody) {
  make_topic("news");
  for (const char* const q : {"q", "r", "dead"}) make_queue(q);
  subscribe("news", "q");
  subscribe("news", "r", false, "dead");
  const std::string notification(message_bytes_max + 1, 'n');
  publish_entry entry;
  entry.message = as_bytes(std::string_view("body"));
  entry.notification = as_bytes(notification);
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  EXPECT_EQ(take("q"), texts{"body"});
  EXPECT_EQ(take("r"), texts{});
  EXPECT_EQ(take("dead"), texts{});
  EXPECT_EQ(topics().describe_topic("news").value().failed, 1U);
}

TEST_P(topic, a_standard_queue_shows_no_group_of_a_fifo_topic) {
  make_topic("news.fifo");
  make_queue("q");
  make_queue("q.fifo");
  subscribe("news.fifo", "q");
  subscribe("news.fifo", "q.fifo");
  EXPECT_EQ(publish("news.fifo", "body", "group", "id").status, errc::ok);
  EXPECT_EQ(c.receive("q").value()[0].message_group_id, "");
  EXPECT_EQ(c.receive("q.fifo").value()[0].message_group_id, "group");
}

TEST_P(topic, more_than_ten_attributes_are_not_for_raw_subscriptions) {
  make_topic("news");
  make_queue("q");
  make_queue("r");
  subscribe("news", "q");
  subscribe("news", "r", false);
  std::vector<std::byte> attributes;
  for (char name = 'a'; name <= 'k'; ++name) {
    append_attribute(attributes, {{&name, 1}, "String", as_bytes(std::string_view("x"))});
  }
  publish_entry entry;
  entry.message = as_bytes(std::string_view("body"));
  entry.attributes = attributes;
  entry.notification = as_bytes(std::string_view("{}"));
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  EXPECT_EQ(take("q"), texts{});
  EXPECT_EQ(take("r"), texts{"{}"});
  EXPECT_EQ(topics().describe_topic("news").value().failed, 1U);
}

TEST_P(topic, a_fifo_topic_keeps_order_and_forgets_no_id_for_five_minutes) {
  make_topic("news.fifo");
  make_queue("q.fifo");
  make_queue("s");
  subscribe("news.fifo", "q.fifo");
  subscribe("news.fifo", "s");
  texts sent;
  std::uint64_t last = 0;
  for (int i = 0; i < 30; ++i) {
    sent.push_back(std::to_string(i));
    const publish_result got = publish("news.fifo", sent.back(), "g", sent.back());
    ASSERT_EQ(got.status, errc::ok);
    EXPECT_GT(got.sequence, last);
    last = got.sequence;
  }
  const publish_result again = publish("news.fifo", "another", "g", "7");
  EXPECT_EQ(again.status, errc::ok);
  EXPECT_LT(again.sequence, last);
  EXPECT_EQ(take("q.fifo"), sent);
  EXPECT_EQ(take("s").size(), 30U);
  pass(299'999);
  publish("news.fifo", "late", "g", "29");
  EXPECT_EQ(take("q.fifo"), texts{});
  pass(1);
  publish("news.fifo", "later", "g", "29");
  EXPECT_EQ(take("q.fifo"), texts{"later"});
}

TEST_P(topic, a_fifo_topic_wants_group_and_id) {
  make_topic("news.fifo");
  make_queue("q.fifo");
  subscribe("news.fifo", "q.fifo");
  EXPECT_EQ(publish("news.fifo", "x").status, errc::message_group_id_missing);
  EXPECT_EQ(publish("news.fifo", "x", "g").status, errc::message_deduplication_id_missing);
  EXPECT_EQ(publish("news.fifo", "x", "g", "a b").status, errc::invalid_message_deduplication_id);
  topic_settings by_content;
  by_content.content_based_deduplication = true;
  topics().set_topic("news.fifo", by_content, given_topic_content_based_deduplication).value();
  EXPECT_EQ(publish("news.fifo", "x", "g").status, errc::ok);
  EXPECT_EQ(publish("news.fifo", "x", "h").status, errc::ok);
  EXPECT_EQ(publish("news.fifo", "y", "h").status, errc::ok);
  EXPECT_EQ(take("q.fifo"), (texts{"x", "y"}));
  by_content.scope = topic_deduplication_scope::message_group;
  topics().set_topic("news.fifo", by_content, given_topic_scope).value();
  EXPECT_EQ(publish("news.fifo", "z", "g").status, errc::ok);
  EXPECT_EQ(publish("news.fifo", "z", "h").status, errc::ok);
  EXPECT_EQ(topics().describe_topic("news.fifo").value().published, 4U);
  make_topic("plain");
  EXPECT_EQ(publish("plain", "x", "g", "id").status, errc::not_for_standard_queues);
}

TEST_P(topic, what_no_queue_takes_goes_to_the_dead_letter_queue) {
  make_topic("news");
  make_queue("dead");
  make_queue("small", {.maximum_message_size = 1024}, given_maximum_message_size);
  subscribe("news", "none", true, "dead");
  subscribe("news", "small", true, "dead");
  subscribe("news", "nowhere");
  subscribe("news", "nor", true, "neither");
  EXPECT_EQ(publish("news", "one").status, errc::ok);
  EXPECT_EQ(take("dead"), texts{"one"});
  EXPECT_EQ(take("small"), texts{"one"});
  EXPECT_EQ(publish("news", std::string(1025, 'x')).status, errc::ok);
  EXPECT_EQ(take("dead").size(), 2U);
  const topic_description is = topics().describe_topic("news").value();
  EXPECT_EQ(is.delivered, 4U);
  EXPECT_EQ(is.failed, 4U);
  make_queue("nowhere");
  EXPECT_EQ(publish("news", "two").status, errc::ok);
  EXPECT_EQ(take("nowhere"), texts{"two"});
}

TEST_P(topic, a_queue_gives_its_delay_to_what_is_delivered) {
  make_topic("news");
  make_queue("slow", {.delay_seconds = 5}, given_delay_seconds);
  subscribe("news", "slow");
  publish("news", "x");
  EXPECT_EQ(take("slow"), texts{});
  pass(5000);
  EXPECT_EQ(take("slow"), texts{"x"});
}

TEST_P(topic, who_waits_at_a_queue_is_woken) {
  make_topic("news");
  make_queue("q");
  subscribe("news", "q");
  c.submit_receive("q", {.wait_time_seconds = 20}, 1).value();
  c.poll([](const completion&) {});
  publish("news", "x");
  std::string got;
  for (int i = 0; i < 20 && got.empty(); ++i) {
    for (std::uint32_t lane = 0; lane < e.lanes(); ++lane) e.poll(lane);
    c.poll([&](const completion& done) {
      for (const message_view& m : done.messages) got = as_text(m.body);
    });
  }
  EXPECT_EQ(got, "x");
}

TEST_P(topic, submitted_publishes_complete_with_their_results) {
  make_topic("news");
  make_queue("q");
  subscribe("news", "q");
  publish_entry entry;
  entry.message = as_bytes(std::string_view("x"));
  for (std::uint64_t i = 0; i < 50; ++i) {
    topics().submit_publish("news", {&entry, 1}, i).value();
  }
  std::size_t done = 0;
  for (int i = 0; i < 100 && done < 50; ++i) {
    for (std::uint32_t lane = 0; lane < e.lanes(); ++lane) e.poll(lane);
    c.poll([&](const completion& one) {
      EXPECT_EQ(one.kind, operation_kind::publish);
      ASSERT_EQ(one.published.size(), 1U);
      EXPECT_EQ(one.published[0].status, errc::ok);
      ++done;
    });
  }
  EXPECT_EQ(done, 50U);
  EXPECT_EQ(take("q").size(), 50U);
}

TEST_P(topic, a_client_may_leave_in_the_middle_of_a_publish) {
  make_topic("news");
  texts queues;
  for (int i = 0; i < 8; ++i) {
    queues.push_back("q" + std::to_string(i));
    make_queue(queues.back());
    subscribe("news", queues.back());
  }
  {
    client other = e.connect().value();
    publish_entry entry;
    entry.message = as_bytes(std::string_view("x"));
    topic_client(other).submit_publish("news", {&entry, 1}, 1).value();
    other.flush();
    e.poll(e.lanes() - 1);
    e.poll(0);
  }
  pass(0);
  for (const std::string& q : queues) EXPECT_EQ(take(q), texts{"x"});
}

/// Lanes and publishers on threads of their own; `news.fifo` has one publisher a group.
TEST(topic_threads, everything_arrives_once_and_in_order) {
  constexpr int publishers = 3;
  constexpr int each = 200;
  test::topics_and_queues t;
  t.open({.lanes = 3, .threading = thread_mode::own});
  t.make_topic("news.fifo");
  t.make_topic("plain");
  texts queues;
  for (int i = 0; i < 6; ++i) {
    queues.push_back("q" + std::to_string(i) + (i < 3 ? ".fifo" : ""));
    t.make_queue(queues.back());
    t.subscribe("news.fifo", queues.back(), i % 2 == 0);
    if (i >= 3) t.subscribe("plain", queues.back(), true, "dead");
  }
  t.make_queue("dead");
  t.subscribe("plain", "nowhere", true, "dead");
  std::vector<std::thread> threads;
  for (int p = 0; p < publishers; ++p) {
    threads.emplace_back([&t, p] {
      client c = t.e.connect().value();
      for (int i = 0; i < each; ++i) {
        const std::string text = std::to_string(p) + ":" + std::to_string(1'000 + i);
        const std::string group = std::to_string(p);
        publish_entry entry;
        entry.message = entry.notification = as_bytes(text);
        publish_result out;
        topic_client(c).publish("plain", {&entry, 1}, {&out, 1}).value();
        entry.message_group_id = group;
        entry.message_deduplication_id = text;
        topic_client(c).publish("news.fifo", {&entry, 1}, {&out, 1}).value();
        ASSERT_EQ(out.status, errc::ok);
      }
    });
  }
  for (std::thread& one : threads) one.join();
  for (std::size_t i = 0; i < queues.size(); ++i) {
    texts got = t.take(queues[i]);
    EXPECT_EQ(got.size(), std::size_t{publishers * each} * (i < 3 ? 1 : 2)) << queues[i];
    if (i >= 3) continue;
    std::map<char, std::string> last;
    for (const std::string& text : got) {
      EXPECT_LT(last[text[0]], text) << queues[i];
      last[text[0]] = text;
    }
  }
  EXPECT_EQ(t.take("dead").size(), std::size_t{publishers * each});
}

}  // namespace
