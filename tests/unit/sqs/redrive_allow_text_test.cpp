#include "sqs/redrive_allow_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::sqs {
namespace {

constexpr std::string_view mine = "arn:aws:sqs:us-east-1:000000000000:mine";
constexpr std::string_view other = "arn:aws:sqs:us-east-1:000000000000:other";

std::string by_queue(std::size_t sources) {
  std::string text = R"({"redrivePermission":"byQueue","sourceQueueArns":[)";
  for (std::size_t i = 0; i < sources; ++i) {
    text += (i == 0 ? "\"" : ",\"") + std::string(mine) + "\"";
  }
  return text + "]}";
}

TEST(redrive_allow, all_none_or_those_that_are_named) {
  EXPECT_TRUE(allows_redrive("", mine));
  EXPECT_TRUE(allows_redrive(R"({"redrivePermission":"allowAll"})", mine));
  EXPECT_FALSE(allows_redrive(R"({"redrivePermission":"denyAll"})", mine));
  EXPECT_TRUE(allows_redrive(by_queue(1), mine));
  EXPECT_FALSE(allows_redrive(by_queue(1), other));
}

TEST(redrive_allow, what_is_a_policy) {
  EXPECT_TRUE(is_redrive_allow_policy(R"( {"redrivePermission" : "denyAll"} )"));
  EXPECT_TRUE(is_redrive_allow_policy(by_queue(10)));
  for (const std::string& text :
       {std::string("not json"), std::string("[]"), std::string("{}"), by_queue(0), by_queue(11),
        std::string(R"({"redrivePermission":"some"})"),
        std::string(R"({"redrivePermission":"byQueue"})"),
        std::string(R"({"redrivePermission":"byQueue","sourceQueueArns":[1]})"),
        std::string(R"({"redrivePermission":"allowAll","sourceQueueArns":["x"]})")}) {
    EXPECT_FALSE(is_redrive_allow_policy(text)) << text;
  }
}

}  // namespace
}  // namespace millrace::sqs
