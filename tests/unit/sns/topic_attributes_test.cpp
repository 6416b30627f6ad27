#include "sns/topic_attributes.hpp"

#include <gtest/gtest.h>

#include "sns/topic_policy.hpp"

namespace millrace::sns {
namespace {

struct outcome {
  std::string wrong;
  topic_settings settings;
  std::uint32_t given = 0;
};

outcome read(std::string_view name, std::string_view value, bool fifo = false,
             given_by by = given_by::creation) {
  outcome out;
  const auto wrong = read_topic_attribute(by, fifo, name, value, out.settings, out.given);
  if (wrong) out.wrong = wrong->message();
  return out;
}

TEST(topic_attributes, that_are_texts_are_stored) {
  const outcome set = read("DisplayName", "Orders");
  EXPECT_EQ(set.given, given_topic_stored);
  ASSERT_EQ(set.settings.stored.size(), 1U);
  EXPECT_EQ(set.settings.stored[0], std::pair(std::string("DisplayName"), std::string("Orders")));
  EXPECT_EQ(read("DisplayName", "").given, 0U) << "at creation that is none";
  const outcome removed = read("KmsMasterKeyId", "", false, given_by::setting);
  EXPECT_EQ(removed.given, given_topic_stored_removed);
  EXPECT_EQ(removed.settings.stored[0].first, "KmsMasterKeyId");
  EXPECT_EQ(read("SQSSuccessFeedbackSampleRate", "100").given, given_topic_stored);
  EXPECT_EQ(read("LambdaFailureFeedbackRoleArn", "arn:aws:iam::1:role/r").given,
            given_topic_stored);
}

TEST(topic_attributes, that_the_engine_knows_are_read) {
  EXPECT_EQ(read("MaximumMessageSize", "1024").settings.maximum_message_size, 1024U);
  EXPECT_TRUE(read("ContentBasedDeduplication", "True", true).settings.content_based_deduplication);
  EXPECT_EQ(read("FifoThroughputScope", "MessageGroup", true).settings.scope,
            topic_deduplication_scope::message_group);
}

TEST(topic_attributes, are_refused_with_the_reason) {
  EXPECT_EQ(read("SignatureVersion", "3").wrong,
            "Invalid parameter: Attributes Reason: SignatureVersion: Invalid value [3]. Must be 1 "
            "or 2");
  EXPECT_EQ(read("SignatureVersion", "3", false, given_by::setting).wrong,
            "Invalid parameter: SignatureVersion: Invalid value [3]. Must be 1 or 2");
  for (const char* const size : {"1023", "1048577", "", "1024 ", "many"}) {
    EXPECT_EQ(read("MaximumMessageSize", size).wrong,
              "Invalid parameter: Attributes Reason: MaximumMessageSize: it must be an integer "
              "between 1024 and 1048576");
  }
  EXPECT_EQ(read("ContentBasedDeduplication", "true").wrong,
            "Invalid parameter: Attributes Reason: ContentBasedDeduplication: it is for FIFO "
            "topics only");
  EXPECT_NE(read("DisplayName", std::string(101, 'a')).wrong, "");
  EXPECT_NE(read("DisplayName", "a\nb").wrong, "");
  EXPECT_NE(read("Policy", "{}").wrong, "");
  EXPECT_NE(read("SQSSuccessFeedbackSampleRate", "101").wrong, "");
  EXPECT_NE(read("ArchivePolicy", "{}", true).wrong, "");
}

TEST(topic_attributes, that_nobody_knows_are_refused) {
  EXPECT_EQ(read("Color", "blue").wrong,
            "Invalid parameter: Attributes Reason: Unknown attribute Color");
  for (const char* const name : {"Color", "FifoTopic", "Owner", "SQSFeedback"}) {
    EXPECT_EQ(read(name, "false", false, given_by::setting).wrong,
              "Invalid parameter: AttributeName");
  }
}

TEST(topic_attributes, are_shown_sorted_and_with_defaults) {
  aws::service_context context;
  context.region = "us-east-1";
  context.account_id = "000000000000";
  topic_description topic;
  topic.name = "orders";
  topic.settings.stored = {{"DisplayName", "Orders"}, {"tag:a", "b"}};
  topic.subscriptions = 2;
  std::string names;
  for (const auto& [name, value] : topic_attributes_of(context, topic)) {
    names.append(name).append(" ");
    if (name == "DisplayName") {
      EXPECT_EQ(value, "Orders");
    }
    if (name == "SubscriptionsConfirmed") {
      EXPECT_EQ(value, "2");
    }
    if (name == "Policy") {
      EXPECT_EQ(value, default_topic_policy(context, "orders"));
    }
  }
  EXPECT_EQ(names,
            "DisplayName EffectiveDeliveryPolicy Owner Policy SubscriptionsConfirmed "
            "SubscriptionsDeleted SubscriptionsPending TopicArn ");
  topic.settings = {};
  topic.settings.fifo = true;
  names.clear();
  for (const auto& each : topic_attributes_of(context, topic)) names.append(each.first).append(" ");
  EXPECT_EQ(names,
            "ContentBasedDeduplication DisplayName EffectiveDeliveryPolicy FifoTopic Owner Policy "
            "SubscriptionsConfirmed SubscriptionsDeleted SubscriptionsPending TopicArn ");
}

TEST(topic_policy, is_an_object_with_statements) {
  aws::service_context context;
  EXPECT_TRUE(valid_topic_policy(default_topic_policy(context, "t")));
  EXPECT_TRUE(valid_topic_policy(empty_topic_policy()));
  for (const char* const text : {"", "[]", "{}", "{\"Statement\":", "plain"}) {
    EXPECT_FALSE(valid_topic_policy(text)) << text;
  }
}

}  // namespace
}  // namespace millrace::sns
