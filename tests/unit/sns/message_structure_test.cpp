#include "sns/message_structure.hpp"

#include <gtest/gtest.h>

namespace millrace::sns {
namespace {

std::string picked(std::string_view message) {
  std::string out;
  const auto wrong = pick_message(message, "sqs", out);
  return wrong ? wrong->message() : out;
}

TEST(message_structure, has_a_text_for_queues_or_one_for_all) {
  EXPECT_EQ(picked(R"({"default":"all","sqs":"queues","sms":"phones"})"), "queues");
  EXPECT_EQ(picked(R"({"sqs":"queues","default":"all"})"), "queues");
  EXPECT_EQ(picked(R"({"default":"all","email":"others"})"), "all");
  EXPECT_EQ(picked(R"({"default":"a\"\n\u00e9"})"), "a\"\n\xc3\xa9");
}

TEST(message_structure, takes_texts_only) {
  EXPECT_EQ(picked(R"({"default":"all","sqs":{"a":1}})"), "all");
  EXPECT_EQ(picked(R"({"default":"first","default":"second"})"), "second");
}

TEST(message_structure, needs_a_default) {
  const std::string why =
      "Invalid parameter: Message Structure - No default entry in JSON message body";
  EXPECT_EQ(picked(R"({"sqs":"queues"})"), why);
  EXPECT_EQ(picked(R"({"default":{"object":"test"}})"), why);
  EXPECT_EQ(picked("{}"), why);
}

TEST(message_structure, is_a_json_object) {
  const std::string why =
      "Invalid parameter: Message Structure - JSON message body failed to parse";
  EXPECT_EQ(picked(R"({"default":"a"} })"), why);
  EXPECT_EQ(picked("plain"), why);
  EXPECT_EQ(picked("[]"), why);
  EXPECT_EQ(picked(""), why);
}

}  // namespace
}  // namespace millrace::sns
