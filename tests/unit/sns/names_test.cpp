#include "sns/names.hpp"

#include <gtest/gtest.h>

namespace millrace::sns {
namespace {

TEST(topic_names, are_letters_digits_and_two_signs) {
  EXPECT_TRUE(valid_topic_name("a", false));
  EXPECT_TRUE(valid_topic_name("Orders_2-b", false));
  EXPECT_TRUE(valid_topic_name(std::string(256, 'a'), false));
  for (const std::string& name :
       {std::string(), std::string(257, 'a'), std::string("a.b"), std::string("a b"),
        std::string("a:b"), std::string("\xc3\xb6")}) {
    EXPECT_FALSE(valid_topic_name(name, false)) << name;
  }
}

TEST(topic_names, of_fifo_topics_say_so_and_no_others_do) {
  EXPECT_TRUE(valid_topic_name("orders.fifo", true));
  EXPECT_TRUE(valid_topic_name(std::string(251, 'a') + ".fifo", true));
  EXPECT_FALSE(valid_topic_name(std::string(252, 'a') + ".fifo", true));
  EXPECT_FALSE(valid_topic_name("orders.fifo", false));
  EXPECT_FALSE(valid_topic_name("orders", true));
  EXPECT_FALSE(valid_topic_name(".fifo", true));
  EXPECT_FALSE(valid_topic_name("a.b.fifo", true));
}

TEST(arns, are_taken_apart_at_their_colons) {
  const arn_parts topic = split_arn("arn:aws:sns:us-east-1:000000000000:orders");
  EXPECT_EQ(topic.count, 6U);
  EXPECT_EQ(topic.service(), "sns");
  EXPECT_EQ(topic.region(), "us-east-1");
  EXPECT_EQ(topic.account(), "000000000000");
  EXPECT_EQ(topic.resource(), "orders");
  EXPECT_EQ(topic.last(), "");
  const arn_parts subscription = split_arn("arn:aws:sns:us-east-1:000000000000:orders:an-id");
  EXPECT_EQ(subscription.count, 7U);
  EXPECT_EQ(subscription.resource(), "orders");
  EXPECT_EQ(subscription.last(), "an-id");
  EXPECT_EQ(split_arn("").count, 1U);
  EXPECT_EQ(split_arn("a:1").count, 2U);
  EXPECT_EQ(split_arn("a:b:c:d:e:f:g:h").count, 8U);
  EXPECT_EQ(split_arn("a:b:c:d:e:f:g:h").last(), "g:h");
}

TEST(arns, have_a_service_and_a_resource) {
  EXPECT_TRUE(is_arn_of(split_arn("arn:aws:sqs:us-east-1:000000000000:q"), "sqs"));
  EXPECT_FALSE(is_arn_of(split_arn("arn:aws:sqs:us-east-1:000000000000:q"), "sns"));
  EXPECT_FALSE(is_arn_of(split_arn("arn:aws:sqs:us-east-1:000000000000:"), "sqs"));
  EXPECT_FALSE(is_arn_of(split_arn("http:aws:sqs:us-east-1:000000000000:q"), "sqs"));
  EXPECT_FALSE(is_arn_of(split_arn("arn:aws:sqs:us-east-1:q"), "sqs"));
}

TEST(arns, are_written_as_they_are_read) {
  aws::service_context context;
  context.region = "eu-west-1";
  context.account_id = "123456789012";
  EXPECT_EQ(topic_arn(context, "t"), "arn:aws:sns:eu-west-1:123456789012:t");
  EXPECT_EQ(queue_arn(context, "q"), "arn:aws:sqs:eu-west-1:123456789012:q");
  EXPECT_EQ(subscription_arn(context, "t", "i"), "arn:aws:sns:eu-west-1:123456789012:t:i");
}

}  // namespace
}  // namespace millrace::sns
