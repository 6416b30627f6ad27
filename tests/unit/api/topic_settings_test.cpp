// Topics and subscriptions: making, changing, listing and deleting them.
#include "topic_fixture.hpp"

namespace {

using namespace millrace;
using texts = std::vector<std::string>;

struct topic_settings_of : testing::TestWithParam<std::uint32_t>, test::topics_and_queues {
  topic_settings_of() { open({.lanes = GetParam()}); }
};
INSTANTIATE_TEST_SUITE_P(lanes, topic_settings_of, testing::Values(1U, 4U));

TEST_P(topic_settings_of, a_name_is_one_topic) {
  const topic_handle t = make_topic("news");
  EXPECT_EQ(make_topic("news"), t);
  topic_settings other;
  other.stored = {{"DisplayName", "News"}};
  EXPECT_EQ(topics().create_topic("news", other, given_topic_stored).error(), errc::topic_exists);
  for (const char* bad : {"", "a b", "a.b", "é", ".fifo", "a.fifo.fifo"}) {
    EXPECT_EQ(topics().create_topic(bad).error(), errc::invalid_topic_name) << bad;
  }
  EXPECT_EQ(topics().create_topic(std::string(257, 'a')).error(), errc::invalid_topic_name);
  EXPECT_TRUE(topics().create_topic(std::string(256, 'a')).has_value());
  EXPECT_EQ(topics().create_topic("x.fifo").error(), errc::invalid_topic_name);
  topic_settings fifo;
  fifo.fifo = true;
  EXPECT_EQ(topics().create_topic("x", fifo, given_topic_fifo).error(), errc::invalid_topic_name);
  EXPECT_EQ(topics().create_topic("y", {.level = durability::disk}, given_topic_level).error(),
            errc::durability_missing);
  EXPECT_EQ(topics().list_topics().value(), (texts{std::string(256, 'a'), "news"}));
  EXPECT_EQ(topics().list_topics("b").value(), texts{"news"});
}

TEST_P(topic_settings_of, settings_change_only_as_given) {
  topic_settings wanted;
  wanted.stored = {{"a", "1"}, {"b", "2"}};
  topics().create_topic("news", wanted, given_topic_stored).value();
  const topic_description before = topics().describe_topic("news").value();
  EXPECT_EQ(before.settings.stored, wanted.stored);
  EXPECT_EQ(before.name, "news");
  EXPECT_EQ(before.settings.maximum_message_size, 262'144U);
  topic_settings change;
  change.stored = {{"b", "3"}, {"c", "4"}};
  change.maximum_message_size = 2048;
  topics().set_topic("news", change, given_topic_stored, before.revision).value();
  const topic_description after = topics().describe_topic("news").value();
  EXPECT_EQ(after.settings.stored,
            (std::vector<std::pair<std::string, std::string>>{{"a", "1"}, {"b", "3"}, {"c", "4"}}));
  EXPECT_EQ(after.settings.maximum_message_size, 262'144U);
  EXPECT_EQ(topics().set_topic("news", change, given_topic_stored, before.revision).error(),
            errc::changed_meanwhile);
  topics().set_topic("news", change, given_topic_stored_removed).value();
  EXPECT_EQ(topics().describe_topic("news").value().settings.stored.size(), 1U);
  change.maximum_message_size = 1023;
  EXPECT_EQ(topics().set_topic("news", change, given_topic_maximum_message_size).error(),
            errc::invalid_topic_setting);
  change.content_based_deduplication = true;
  EXPECT_EQ(topics().set_topic("news", change, given_topic_content_based_deduplication).error(),
            errc::invalid_topic_setting);
  change.fifo = true;
  EXPECT_EQ(topics().set_topic("news", change, given_topic_fifo).error(),
            errc::invalid_topic_setting);
}

TEST_P(topic_settings_of, an_endpoint_is_one_subscription) {
  make_topic("news");
  subscription_settings wanted;
  wanted.endpoint = "q";
  wanted.stored = {{"b", "1"}, {"a", "2"}};
  const subscription_id id = topics().subscribe("news", wanted).value();
  EXPECT_EQ(topics().subscribe("news", wanted).value(), id);
  wanted.raw = true;
  EXPECT_EQ(topics().subscribe("news", wanted).error(), errc::subscription_exists);
  topics().set_subscription("news", id, wanted, given_raw).value();
  EXPECT_EQ(topics().subscribe("news", wanted).value(), id);
  const subscription_description is = topics().describe_subscription("news", id).value();
  EXPECT_EQ(is.topic, "news");
  EXPECT_EQ(is.settings.endpoint, "q");
  EXPECT_TRUE(is.settings.raw);
  EXPECT_EQ(is.settings.stored.front().first, "a");
  EXPECT_EQ(topics().set_subscription("news", id, wanted, given_raw, is.revision + 1).error(),
            errc::changed_meanwhile);
}

TEST_P(topic_settings_of, a_subscription_is_for_a_queue_that_fits) {
  make_topic("news");
  make_topic("news.fifo");
  const auto subscribe_to = [&](const char* topic, const char* queue, const char* dead = "") {
    subscription_settings wanted;
    wanted.endpoint = queue;
    wanted.dead_letter_queue = dead;
    return topics().subscribe(topic, wanted).error();
  };
  EXPECT_EQ(subscribe_to("news", ""), errc::invalid_subscription);
  EXPECT_EQ(subscribe_to("news", "a b"), errc::invalid_subscription);
  EXPECT_EQ(subscribe_to("news", std::string(81, 'a').c_str()), errc::invalid_subscription);
  EXPECT_EQ(subscribe_to("news", "q.fifo"), errc::invalid_subscription);
  EXPECT_EQ(subscribe_to("news", "q", "dead.fifo"), errc::invalid_subscription);
  EXPECT_EQ(subscribe_to("news.fifo", "q.fifo", "dead"), errc::invalid_subscription);
  EXPECT_EQ(subscribe_to("news.fifo", "q.fifo", "dead.fifo"), errc::ok);
  EXPECT_EQ(subscribe_to("news.fifo", "q", "dead"), errc::ok);
  EXPECT_EQ(subscribe_to("none", "q"), errc::topic_does_not_exist);
}

TEST_P(topic_settings_of, a_filter_policy_has_to_be_one) {
  make_topic("news");
  subscription_settings wanted;
  wanted.endpoint = "q";
  wanted.filter_policy = R"({"kind":"x"})";
  EXPECT_EQ(topics().subscribe("news", wanted).error(), errc::invalid_filter_policy);
  const subscription_id id = subscribe("news", "q");
  EXPECT_EQ(topics().set_subscription("news", id, wanted, given_filter_policy).error(),
            errc::invalid_filter_policy);
  EXPECT_EQ(topics().describe_subscription("news", id).value().settings.filter_policy, "");
  // A nested one is for bodies only.
  wanted.filter_policy = R"({"a":{"b":[1]}})";
  wanted.scope = filter_scope::body;
  topics().set_subscription("news", id, wanted, given_filter_policy | given_filter_scope).value();
  wanted.scope = filter_scope::attributes;
  EXPECT_EQ(topics().set_subscription("news", id, wanted, given_filter_scope).error(),
            errc::invalid_filter_policy);
}

TEST_P(topic_settings_of, a_subscription_gets_what_its_filter_policy_lets_pass) {
  make_topic("news");
  for (const char* queue : {"all", "attributes", "body"}) make_queue(queue);
  subscribe("news", "all");
  subscription_settings wanted;
  wanted.raw = true;
  wanted.endpoint = "attributes";
  wanted.filter_policy = R"({"kind":["x"]})";
  const subscription_id on_attributes = topics().subscribe("news", wanted).value();
  wanted.endpoint = "body";
  wanted.scope = filter_scope::body;
  topics().subscribe("news", wanted).value();

  std::vector<std::byte> attributes;
  ASSERT_EQ(append_attribute(attributes, {"kind", "String", as_bytes("x")}), errc::ok);
  publish_entry entry;
  entry.message = as_bytes("one");
  entry.attributes = attributes;
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  publish("news", R"({"kind":"x","n":1})");
  publish("news", R"({"kind":"y"})");
  EXPECT_EQ(take_sorted("all"), (texts{"one", R"({"kind":"x","n":1})", R"({"kind":"y"})"}));
  EXPECT_EQ(take("attributes"), texts{"one"});
  EXPECT_EQ(take("body"), texts{R"({"kind":"x","n":1})"});

  wanted.filter_policy.clear();
  topics().set_subscription("news", on_attributes, wanted, given_filter_policy).value();
  publish("news", "two");
  EXPECT_EQ(take("attributes"), texts{"two"});
}

TEST_P(topic_settings_of, an_unsubscribed_queue_gets_nothing_more) {
  make_topic("news");
  make_queue("q");
  const subscription_id id = subscribe("news", "q");
  publish("news", "one");
  topics().unsubscribe("news", id).value();
  EXPECT_EQ(topics().unsubscribe("news", id).error(), errc::subscription_does_not_exist);
  EXPECT_EQ(topics().describe_subscription("news", id).error(), errc::subscription_does_not_exist);
  publish("news", "two");
  EXPECT_EQ(take("q"), texts{"one"});
  EXPECT_NE(subscribe("news", "q"), id);
  const topic_description is = topics().describe_topic("news").value();
  EXPECT_EQ(is.subscriptions, 1U);
  EXPECT_EQ(is.subscriptions_deleted, 1U);
}

TEST_P(topic_settings_of, a_deleted_topic_takes_its_subscriptions_along) {
  const topic_handle t = make_topic("news");
  make_queue("q");
  subscribe(t, "q");
  topics().delete_topic(t).value();
  EXPECT_EQ(publish(t, "x").status, errc::topic_does_not_exist);
  EXPECT_EQ(topics().delete_topic(t).error(), errc::topic_does_not_exist);
  const topic_handle again = make_topic("news");
  EXPECT_NE(again.id, t.id);
  publish(again, "x");
  EXPECT_EQ(take("q"), texts{});
}

TEST_P(topic_settings_of, subscriptions_are_listed_in_pages) {
  make_topic("news");
  make_topic("other");
  for (int i = 0; i < 25; ++i) subscribe("news", "q" + std::to_string(i));
  subscribe("other", "q0");
  std::vector<subscription_id> seen;
  subscription_id after;
  while (true) {
    const auto page = topics().list_subscriptions("news", after, 10).value();
    if (page.empty()) break;
    for (const subscription_description& s : page) seen.push_back(after = s.id);
  }
  EXPECT_EQ(seen.size(), 25U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  std::size_t all = 0;
  for (std::uint32_t lane = 0; lane < e.lanes(); ++lane) {
    topics().submit_list_all_subscriptions(lane, {}, {}, 100, lane).value();
  }
  for (int i = 0; i < 20; ++i) {
    for (std::uint32_t lane = 0; lane < e.lanes(); ++lane) e.poll(lane);
    c.poll([&](const completion& done) { all += done.topic->subscriptions.size(); });
  }
  EXPECT_EQ(all, 26U);
}

TEST(subscription_id_text, is_a_uuid_either_way) {
  subscription_id id;
  for (std::size_t i = 0; i < 16; ++i) id.bytes[i] = static_cast<std::uint8_t>(i * 17);
  const std::string text = to_text(id);
  EXPECT_EQ(text, "00112233-4455-6677-8899-aabbccddeeff");
  subscription_id again;
  EXPECT_TRUE(parse_subscription_id(text, again));
  EXPECT_EQ(again, id);
  EXPECT_TRUE(parse_subscription_id("00112233-4455-6677-8899-AABBCCDDEEFF", again));
  EXPECT_EQ(again, id);
  for (const char* bad :
       {"", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeefg",
        "00112233x4455-6677-8899-aabbccddeeff"}) {
    EXPECT_FALSE(parse_subscription_id(bad, again)) << bad;
  }
}

TEST(topic_rates, a_fifo_group_and_topic_have_theirs_with_limits_of_aws) {
  test::topics_and_queues t;
  t.open({.limits = limits_profile::aws});
  t.make_topic("news.fifo");
  t.make_queue("q");
  int taken = 0;
  for (int i = 0; i < 301; ++i) {
    taken += t.publish("news.fifo", "x", "g", std::to_string(i)).status == errc::ok ? 1 : 0;
  }
  EXPECT_EQ(taken, 300);
  EXPECT_EQ(t.publish("news.fifo", "x", "g", "no").status, errc::request_throttled);
  EXPECT_EQ(t.publish("news.fifo", "x", "h", "yes").status, errc::ok);
  for (int i = 1; i < 2'700; ++i) {
    const std::string n = std::to_string(i);
    ASSERT_EQ(t.publish("news.fifo", "x", n, n + "b").status, errc::ok) << i;
  }
  EXPECT_EQ(t.publish("news.fifo", "x", "i", "no").status, errc::request_throttled);
  t.pass(1000);
  EXPECT_EQ(t.publish("news.fifo", "x", "i", "no").status, errc::ok);
}

TEST(topic_limits, a_topic_has_two_hundred_filter_policies_with_limits_of_aws) {
  test::topics_and_queues on;
  on.open({.limits = limits_profile::aws});
  on.make_topic("news");
  subscription_settings wanted;
  wanted.filter_policy = R"({"kind":["x"]})";
  subscription_id last;
  for (int i = 0; i < 200; ++i) {
    wanted.endpoint = "q" + std::to_string(i);
    last = on.topics().subscribe("news", wanted).value();
  }
  const subscription_id plain = on.subscribe("news", "plain");
  wanted.endpoint = "more";
  EXPECT_EQ(on.topics().subscribe("news", wanted).error(), errc::too_many_filter_policies);
  EXPECT_EQ(on.topics().set_subscription("news", plain, wanted, given_filter_policy).error(),
            errc::too_many_filter_policies);
  wanted.filter_policy = R"({"kind":["y"]})";
  EXPECT_TRUE(on.topics().set_subscription("news", last, wanted, given_filter_policy).has_value());
  on.topics().unsubscribe("news", last).value();
  EXPECT_TRUE(on.topics().subscribe("news", wanted).has_value());
}

TEST(topic_limits, a_fifo_topic_has_a_hundred_subscriptions_with_limits_of_aws) {
  test::topics_and_queues t;
  t.open({.limits = limits_profile::aws});
  t.make_topic("news.fifo");
  for (int i = 0; i < 100; ++i) t.subscribe("news.fifo", "q" + std::to_string(i));
  EXPECT_EQ(t.topics().subscribe("news.fifo", {.endpoint = "q100"}).error(),
            errc::too_many_subscriptions);
}

}  // namespace
