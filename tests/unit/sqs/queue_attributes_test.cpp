#include "sqs/queue_attributes.hpp"

#include <gtest/gtest.h>

#include "aws/json_reader.hpp"

namespace millrace::sqs {
namespace {

using namespace std::string_literals;

/// Reads the attributes of a SetQueueAttributes; the error's text, or "".
struct reading {
  explicit reading(const std::string& attributes, bool creating = false,
                   std::string_view queue = "q") {
    namespace in = shapes::set_queue_attributes_request;
    context.account_id = "000000000000";
    context.region = "us-east-1";
    c.context = &context;
    c.queue_name = queue;
    body = "{\"QueueUrl\":\"q\",\"Attributes\":{" + attributes + "}}";
    const std::size_t size = body.size();
    body.append(64, '\0');
    const bool decoded = static_cast<bool>(
        aws::read_json(c.input, shapes::model, in::shape, std::string_view(body.data(), size)));
    EXPECT_TRUE(decoded) << body;
    if (const auto wrong = read_attributes(c, c.input[in::attributes], creating)) {
      error = wrong->message();
      code = wrong->row().query_code;
    }
  }
  service_context context;
  call c;
  std::string body;
  std::string error;
  std::string code;
};

TEST(queue_attributes, numbers_become_fields_and_are_marked_as_given) {
  const reading r(R"("DelaySeconds":"7","VisibilityTimeout":"0")");
  EXPECT_EQ(r.error, "");
  EXPECT_EQ(r.c.attributes.delay_seconds, 7);
  EXPECT_EQ(r.c.attributes.visibility_timeout, 0);
  EXPECT_EQ(r.c.given, given_delay_seconds | given_visibility_timeout);
}

TEST(queue_attributes, ranges_hold_at_both_ends) {
  const struct {
    const char* name;
    long low, high;
  } rows[] = {{"DelaySeconds", 0, 900},
              {"MaximumMessageSize", 1024, 1048576},
              {"MessageRetentionPeriod", 60, 1209600},
              {"ReceiveMessageWaitTimeSeconds", 0, 20},
              {"VisibilityTimeout", 0, 43200}};
  for (const auto& row : rows) {
    const auto with = [&](long value) {
      return reading("\"" + std::string(row.name) + "\":\"" + std::to_string(value) + "\"");
    };
    EXPECT_EQ(with(row.low).error, "") << row.name;
    EXPECT_EQ(with(row.high).error, "") << row.name;
    EXPECT_EQ(with(row.low - 1).code, "InvalidAttributeValue") << row.name;
    EXPECT_EQ(with(row.high + 1).code, "InvalidAttributeValue") << row.name;
  }
  EXPECT_EQ(reading(R"("DelaySeconds":"1x")").code, "InvalidAttributeValue");
  EXPECT_EQ(reading(R"("DelaySeconds":"")").code, "InvalidAttributeValue");
}

TEST(queue_attributes, unknown_read_only_and_fifo_names_are_refused) {
  EXPECT_EQ(reading(R"("Nope":"1")").error, "Unknown Attribute Nope.");
  EXPECT_EQ(reading(R"("QueueArn":"x")").code, "InvalidAttributeName");
  EXPECT_EQ(reading(R"("FifoQueue":"true")").error, "Unknown Attribute FifoQueue.");
  EXPECT_EQ(reading(R"("DeduplicationScope":"queue")").error,
            "You can specify the DeduplicationScope only when FifoQueue is set to true.");
}

TEST(queue_attributes, of_fifo_queues_are_one_of_two_texts) {
  const auto creating = [](const std::string& text) { return reading(text, true, "q.fifo"); };
  const reading r = creating(
      R"("FifoQueue":"true","ContentBasedDeduplication":"true","DeduplicationScope":"messageGroup",
         "FifoThroughputLimit":"perMessageGroupId")");
  EXPECT_EQ(r.error, "");
  EXPECT_TRUE(r.c.attributes.fifo_queue);
  EXPECT_TRUE(r.c.attributes.content_based_deduplication);
  EXPECT_EQ(r.c.attributes.scope, deduplication_scope::message_group);
  EXPECT_EQ(r.c.attributes.throughput_limit, fifo_throughput_limit::per_message_group_id);
  EXPECT_EQ(r.c.given, given_fifo);
  for (const char* name :
       {"FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"}) {
    EXPECT_EQ(creating("\"" + std::string(name) + "\":\"maybe\"").error,
              "Invalid value for the parameter " + std::string(name) + ".");
  }
  queue_attributes has;
  has.fifo_queue = true;
  EXPECT_EQ(first_difference(has, r.c.attributes, r.c.given), "ContentBasedDeduplication");
}

TEST(queue_attributes, the_type_of_a_queue_goes_with_its_name_and_stays) {
  EXPECT_EQ(reading(R"("FifoQueue":"true")", true).error.substr(0, 40),
            "The name of a FIFO queue can only includ");
  EXPECT_EQ(reading(R"("FifoQueue":"false")", true).error, "Unknown Attribute FifoQueue.");
  EXPECT_EQ(reading(R"("FifoQueue":"true")", false, "q.fifo").error, "");
  EXPECT_EQ(
      reading(R"("FifoQueue":"false")", false, "q.fifo").error,
      "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.");
}

TEST(queue_attributes, dead_letters_go_to_a_queue_of_the_same_type) {
  const auto policy = [](const std::string& target) {
    return R"("RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:)" +
           target + R"(\",\"maxReceiveCount\":2}")";
  };
  EXPECT_EQ(reading(policy("d")).error, "");
  EXPECT_EQ(reading(policy("d.fifo"), false, "q.fifo").error, "");
  EXPECT_NE(reading(policy("d.fifo")).error.find("same type of queue"), std::string::npos);
  EXPECT_NE(reading(policy("d"), false, "q.fifo").error.find("same type of queue"),
            std::string::npos);
}

// Shows: attribute.one-key
TEST(queue_attributes, one_kind_of_encryption_ends_the_other) {
  const reading key(R"("KmsMasterKeyId":"alias/mine")");
  EXPECT_EQ(key.error, "");
  EXPECT_EQ(key.c.attributes.stored.back(), std::pair("SqsManagedSseEnabled"s, "false"s));
  const reading managed(R"("SqsManagedSseEnabled":"true")");
  EXPECT_EQ(managed.error, "");
  EXPECT_EQ(managed.c.attributes.stored.size(), 3u);
  EXPECT_EQ(reading(R"("SqsManagedSseEnabled":"true","KmsMasterKeyId":"alias/mine")").code,
            "InvalidAttributeName");
  EXPECT_EQ(reading(R"("SqsManagedSseEnabled":"false","KmsMasterKeyId":"a")").error, "");
  for (const char* seconds : {"59", "86401", "x"}) {
    EXPECT_EQ(reading("\"KmsDataKeyReusePeriodSeconds\":\"" + std::string(seconds) + "\"").error,
              "Invalid value for the parameter KmsDataKeyReusePeriodSeconds.");
  }
}

TEST(queue_attributes, policies_are_kept_as_they_are_and_differences_are_named) {
  const reading r(R"("Policy":"{ \"Statement\": [] }","DelaySeconds":"1")");
  EXPECT_EQ(r.error, "");
  ASSERT_EQ(r.c.attributes.stored.size(), 1u);
  EXPECT_EQ(r.c.attributes.stored[0].second, "{ \"Statement\": [] }");
  queue_attributes has;
  EXPECT_EQ(first_difference(has, r.c.attributes, r.c.given), "DelaySeconds");
  has.delay_seconds = 1;
  EXPECT_EQ(first_difference(has, r.c.attributes, r.c.given), "Policy");
  has.stored = r.c.attributes.stored;
  EXPECT_EQ(first_difference(has, r.c.attributes, r.c.given), "");
}

}  // namespace
}  // namespace millrace::sqs
