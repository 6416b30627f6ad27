// Topics on a data directory: what was acknowledged is there when it is opened again.
#include <stdlib.h>

#include <filesystem>

#include "topic_fixture.hpp"

namespace {

using namespace millrace;
using texts = std::vector<std::string>;

struct topic_data_dir : testing::Test, test::topics_and_queues {
  topic_data_dir() {
    char name[] = "/tmp/millrace-data-XXXXXX";
    path = std::string(mkdtemp(name)) + "/data";
  }
  ~topic_data_dir() override {
    c = client();
    e = engine();
    std::filesystem::remove_all(std::filesystem::path(path).parent_path());
  }
  void open_dir(std::uint32_t lanes) {
    options o;
    o.lanes = lanes;
    o.data_dir = path;
    open(o);
  }
  std::string path;
};

TEST_F(topic_data_dir, everything_is_there_when_it_is_opened_again) {
  open_dir(1);
  topic_settings wanted;
  wanted.stored = {{"tag:team", "a"}};
  make_topic("news", wanted, given_topic_stored);
  make_topic("gone");
  make_topic("order.fifo");
  make_queue("q");
  make_queue("q.fifo");
  const subscription_id kept = subscribe("news", "q");
  const subscription_id dropped = subscribe("news", "r");
  subscribe("order.fifo", "q.fifo");
  topics().unsubscribe("news", dropped).value();
  topics().delete_topic("gone").value();
  std::uint64_t last = 0;
  int published = 0;
  for (const std::uint32_t lanes : {1U, 4U, 2U, 1U}) {
    open_dir(lanes);
    EXPECT_EQ(e.recovered().topics, 2U);
    EXPECT_FALSE(e.recovered().damaged);
    EXPECT_EQ(topics().list_topics().value(), (texts{"news", "order.fifo"}));
    EXPECT_EQ(topics().describe_topic("news").value().settings.stored, wanted.stored);
    const auto subscriptions = topics().list_subscriptions("news").value();
    ASSERT_EQ(subscriptions.size(), 1U);
    EXPECT_EQ(subscriptions[0].id, kept);
    EXPECT_TRUE(subscriptions[0].settings.raw);
    const std::string n = std::to_string(published++);
    EXPECT_EQ(publish("news", n).status, errc::ok);
    const publish_result got = publish("order.fifo", n, "g", n);
    EXPECT_GT(got.sequence, last);
    last = got.sequence;
    EXPECT_EQ(publish("order.fifo", "first again", "g", "0").status, errc::ok);
  }
  EXPECT_EQ(take_sorted("q"), (texts{"0", "1", "2", "3"}));
  EXPECT_EQ(take("q.fifo"), (texts{"0", "1", "2", "3"}));
}

TEST_F(topic_data_dir, filter_policies_are_in_force_when_it_is_opened_again) {
  open_dir(1);
  make_topic("news");
  make_queue("q");
  subscription_settings wanted;
  wanted.endpoint = "q";
  wanted.raw = true;
  wanted.filter_policy = R"({"kind":["x"]})";
  wanted.scope = filter_scope::body;
  topics().subscribe("news", wanted).value();
  for (const std::uint32_t lanes : {4U, 1U}) {
    open_dir(lanes);
    EXPECT_EQ(publish("news", R"({"kind":"y"})").status, errc::ok);
    EXPECT_EQ(publish("news", R"({"kind":"x"})").status, errc::ok);
  }
  EXPECT_EQ(take("q"), (texts{R"({"kind":"x"})", R"({"kind":"x"})"}));
}

TEST_F(topic_data_dir, the_longest_message_goes_through_the_journal_and_none_beyond_it) {
  open_dir(1);
  make_topic("news", {.maximum_message_size = message_bytes_max}, given_topic_maximum_message_size);
  make_queue("q");
  make_queue("r");
  subscribe("news", "q");
  subscribe("news", "r", false);
  const std::string longest(message_bytes_max, 'x');
  publish_entry entry;
  entry.message = entry.notification = as_bytes(longest);
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  EXPECT_EQ(take("q"), texts{longest});
  EXPECT_EQ(take("r"), texts{longest});
  // Short ones take more in their encoding than they count.
  std::vector<std::byte> attributes;
  for (int i = 0; i < 90'000; ++i) {
    append_attribute(attributes, {"a", "S", as_bytes(std::string_view("x"))});
  }
  entry.attributes = attributes;
  entry.message = as_bytes(std::string_view(longest).substr(0, 700'000));
  EXPECT_EQ(publish("news", entry).status, errc::message_too_long);
  entry.message = as_bytes(std::string_view("x"));
  EXPECT_EQ(publish("news", entry).status, errc::ok);
  EXPECT_EQ(take("r"), texts{longest});
}

}  // namespace
