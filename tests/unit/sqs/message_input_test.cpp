#include "sqs/message_input.hpp"

#include <gtest/gtest.h>

#include "aws/json_reader.hpp"

namespace millrace::sqs {
namespace {

TEST(allowed_characters, are_those_of_xml_1_0) {
  EXPECT_TRUE(allowed_characters("tab\t line\n return\r text \x7f"));
  EXPECT_TRUE(allowed_characters("\xF0\x9F\x98\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBD"));
  for (int c = 0; c < 0x20; ++c) {
    const bool blank = c == 9 || c == 10 || c == 13;
    EXPECT_EQ(allowed_characters(std::string(1, static_cast<char>(c))), blank) << c;
  }
  EXPECT_FALSE(allowed_characters("a\xEF\xBF\xBE"));
  EXPECT_FALSE(
      allowed_characters("a\xEF\xBF\xBF"
                         "b"));
}

TEST(allowed_characters, are_looked_for_at_every_place_of_long_texts) {
  for (std::size_t at = 0; at < 200; ++at) {
    std::string text(200, 'x');
    text[at] = '\x01';
    EXPECT_FALSE(allowed_characters(text)) << at;
  }
}

/// Prepares the one message of a SendMessage body; the text of the error, or "".
std::string prepared(const std::string& members, send_entry* out = nullptr,
                     std::string_view queue = "q") {
  namespace in = shapes::send_message_request;
  static service_context context;
  static std::string body;
  body = "{\"QueueUrl\":\"q\"," + members + "}";
  const std::size_t size = body.size();
  body.append(64, '\0');
  static const http::request request;
  static call c;
  c.context = &context;
  c.request = &request;
  c.queue_name = queue;
  const aws::decode_result decoded =
      aws::read_json(c.input, shapes::model, in::shape, std::string_view(body.data(), size));
  if (!decoded) return "undecodable";
  send_entry entry;
  const auto wrong =
      prepare(c,
              {c.input[in::message_body], c.input[in::delay_seconds],
               c.input[in::message_attributes], c.input[in::message_system_attributes],
               c.input[in::message_group_id], c.input[in::message_deduplication_id]},
              entry);
  if (out != nullptr) *out = entry;
  return wrong ? wrong->message() : "";
}

std::string attribute(const std::string& name, const std::string& value) {
  return "\"MessageBody\":\"b\",\"MessageAttributes\":{\"" + name + "\":" + value + "}";
}

TEST(prepare, takes_a_plain_message_and_counts_its_bytes) {
  send_entry e;
  EXPECT_EQ(prepared(attribute("n", R"({"DataType":"String","StringValue":"four"})"), &e), "");
  EXPECT_EQ(as_text(e.body), "b");
  EXPECT_EQ(counted_bytes(e), 1u + 1 + 6 + 4);
  EXPECT_EQ(e.delay_seconds, -1);
}

TEST(prepare, names_what_is_wrong_with_an_attribute) {
  const auto refused = [](const std::string& name, const std::string& value) {
    return !prepared(attribute(name, value)).empty();
  };
  const std::string good = R"({"DataType":"String","StringValue":"v"})";
  for (const char* name :
       {"AWS.x", "aws.x", "Amazon.x", "aMaZoN.x", ".a", "a.", "a..b", "a b", ""}) {
    EXPECT_TRUE(refused(name, good)) << name;
  }
  for (const char* name : {"AWSome", "Amazon", "a.b", "A-b_9"}) {
    EXPECT_FALSE(refused(name, good)) << name;
  }
  EXPECT_TRUE(refused("n", R"({"DataType":"Other","StringValue":"v"})"));
  EXPECT_TRUE(refused("n", R"({"DataType":"Stringy","StringValue":"v"})"));
  EXPECT_TRUE(refused("n", R"({"DataType":"Binary","StringValue":"v"})"));
  EXPECT_TRUE(refused("n", R"({"DataType":"String","BinaryValue":"dg=="})"));
  EXPECT_FALSE(refused("n", R"({"DataType":"Binary.gif","BinaryValue":"dg=="})"));
  EXPECT_EQ(prepared(attribute("E", R"({"DataType":"String","StringValue":""})")),
            "Message (user) attribute 'E' must contain a non-empty value of type 'String'.");
}

bool number(const std::string& text) {
  return prepared(attribute("n", R"({"DataType":"Number","StringValue":")" + text + "\"}")).empty();
}

// Shows: message.numbers
TEST(prepare, takes_numbers_of_up_to_38_digits) {
  for (const char* good : {"0", "-1", "+1", "1.5", ".5", "1e10", "-1.5E-120"}) {
    EXPECT_TRUE(number(good)) << good;
  }
  EXPECT_TRUE(number(std::string(38, '9')));
  for (const char* bad : {"x", "1x", "1.2.3", "e1", "1e", "--1", " 1", "0x1"}) {
    EXPECT_FALSE(number(bad)) << bad;
  }
  EXPECT_FALSE(number(std::string(39, '9')));
  EXPECT_TRUE(number("-0." + std::string(60, '0') + std::string(38, '9')));
  for (const char* bad : {".", "-", "1e+-2", "1e-+2", "1e++2", "1e99999999999"}) {
    EXPECT_FALSE(number(bad)) << bad;
  }
}

// Shows: message.number-range
TEST(prepare, takes_numbers_from_the_smallest_to_the_largest) {
  for (const char* good : {"1e126", "10e125", "-1.00E126", "0.1e127", "9.9e125", "1e-128",
                           "-0.01e-126", "10e-129", "0e999", "00"}) {
    EXPECT_TRUE(number(good)) << good;
  }
  for (const char* bad :
       {"1e127", "1.1e126", "2e126", "-11e125", "1e999", "9.9e-129", "0.1e-128"}) {
    EXPECT_FALSE(number(bad)) << bad;
  }
}

TEST(prepare, holds_delays_and_bodies_to_their_ranges) {
  EXPECT_EQ(prepared("\"MessageBody\":\"\""),
            "The request must contain the parameter MessageBody.");
  EXPECT_EQ(prepared("\"MessageBody\":\"b\",\"DelaySeconds\":901"),
            "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 "
            "and <= 900.");
  EXPECT_NE(prepared("\"MessageBody\":\"b\",\"DelaySeconds\":-1"), "");
  EXPECT_NE(prepared("\"MessageBody\":\"\\u0001\""), "");
  EXPECT_EQ(prepared("\"MessageBody\":\"b\",\"DelaySeconds\":900"), "");
}

TEST(prepare, asks_of_each_queue_type_what_belongs_to_it) {
  const std::string body = "\"MessageBody\":\"b\"";
  const std::string group = body + ",\"MessageGroupId\":\"g\"";
  const std::string both = group + ",\"MessageDeduplicationId\":\"i\"";
  const std::string not_here =
      "Reason: The request include parameter that is not valid for this queue type.";
  send_entry e;
  EXPECT_EQ(prepared(both, &e, "q.fifo"), "");
  EXPECT_EQ(e.message_group_id, "g");
  EXPECT_EQ(e.message_deduplication_id, "i");
  EXPECT_EQ(prepared(group), "");
  EXPECT_EQ(prepared(both), "Value i for parameter MessageDeduplicationId is invalid. " + not_here);
  EXPECT_EQ(prepared(body, nullptr, "q.fifo"),
            "The request must contain the parameter MessageGroupId.");
  EXPECT_EQ(prepared(group + ",\"DelaySeconds\":0", nullptr, "q.fifo"), "");
  EXPECT_EQ(prepared(group + ",\"DelaySeconds\":2", nullptr, "q.fifo"),
            "Value 2 for parameter DelaySeconds is invalid. " + not_here);
  EXPECT_EQ(prepared(group + ",\"MessageDeduplicationId\":\"\"", nullptr, "q.fifo"),
            "Value  for parameter MessageDeduplicationId is invalid. Reason: "
            "MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 "
            "to 128 in length.");
}

}  // namespace
}  // namespace millrace::sqs
