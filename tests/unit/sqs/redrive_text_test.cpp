#include "sqs/redrive_text.hpp"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

service_context here() {
  service_context c;
  c.account_id = "000000000000";
  c.region = "us-east-1";
  return c;
}

constexpr const char* arn = "arn:aws:sqs:us-east-1:000000000000:dead";

TEST(redrive_text, takes_the_count_as_a_number_or_as_text) {
  for (const char* count : {"5", "\"5\""}) {
    redrive_policy p;
    const std::string text =
        std::string("{\"deadLetterTargetArn\":\"") + arn + "\",\"maxReceiveCount\":" + count + "}";
    EXPECT_FALSE(read_redrive(here(), text, p)) << text;
    EXPECT_EQ(p.target_queue, "dead");
    EXPECT_EQ(p.max_receive_count, 5u);
    EXPECT_EQ(redrive_text(here(), p),
              std::string("{\"deadLetterTargetArn\":\"") + arn + "\",\"maxReceiveCount\":5}");
  }
}

TEST(redrive_text, empty_means_no_policy) {
  redrive_policy p{"old", 3};
  EXPECT_FALSE(read_redrive(here(), "", p));
  EXPECT_TRUE(p.target_queue.empty());
}

TEST(redrive_text, says_what_is_wrong) {
  const std::string target = std::string("\"deadLetterTargetArn\":\"") + arn + "\"";
  const std::string other = "\"deadLetterTargetArn\":\"arn:aws:sqs:eu-west-1:000000000000:dead\"";
  for (const std::string& text :
       {std::string("not json"), std::string("[]"), std::string("{}"), "{" + target + "}",
        std::string("{\"maxReceiveCount\":5}"), "{" + target + ",\"maxReceiveCount\":0}",
        "{" + target + ",\"maxReceiveCount\":1001}", "{" + target + ",\"maxReceiveCount\":\"x\"}",
        "{" + other + ",\"maxReceiveCount\":5}"}) {
    redrive_policy p;
    const auto wrong = read_redrive(here(), text, p);
    ASSERT_TRUE(wrong) << text;
    EXPECT_NE(wrong->message().find("RedrivePolicy"), std::string::npos) << wrong->message();
  }
}

}  // namespace
}  // namespace millrace::sqs
