#include "aws/policy_text.hpp"

#include <gtest/gtest.h>

#include <array>

namespace millrace::aws {
namespace {

constexpr std::string_view arn = "arn:aws:sqs:us-east-1:000000000000:orders";
constexpr std::array<std::string_view, 2> accounts{"111111111111", "222222222222"};
constexpr std::array<std::string_view, 2> actions{"SendMessage", "GetQueueUrl"};

permission labelled(std::string_view label, std::size_t count = 1) {
  return {.service = "SQS",
          .label = label,
          .accounts = std::span(accounts).first(count),
          .actions = std::span(actions).first(count)};
}

TEST(policy_text, the_first_statement_makes_the_policy) {
  std::string policy;
  EXPECT_EQ(add_statement(policy, arn, labelled("first")), policy_edit::done);
  EXPECT_EQ(policy,
            R"({"Version":"2008-10-17",)"
            R"("Id":"arn:aws:sqs:us-east-1:000000000000:orders/SQSDefaultPolicy",)"
            R"("Statement":[{"Sid":"first","Effect":"Allow",)"
            R"("Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"SQS:SendMessage",)"
            R"("Resource":"arn:aws:sqs:us-east-1:000000000000:orders"}]})");
}

TEST(policy_text, several_accounts_and_actions_are_lists) {
  std::string policy;
  EXPECT_EQ(add_statement(policy, arn, labelled("both", 2)), policy_edit::done);
  EXPECT_NE(policy.find(R"({"AWS":["arn:aws:iam::111111111111:root",)"
                        R"("arn:aws:iam::222222222222:root"]})"),
            std::string::npos);
  EXPECT_NE(policy.find(R"("Action":["SQS:SendMessage","SQS:GetQueueUrl"])"), std::string::npos);
}

TEST(policy_text, what_others_wrote_stays) {
  std::string policy = R"({"Version": "2012-10-17", "Statement": {"Sid": "own", "Effect": "Deny",
      "Condition": {"Bool": {"aws:SecureTransport": "false"}}}})";
  EXPECT_EQ(add_statement(policy, arn, labelled("new")), policy_edit::done);
  EXPECT_TRUE(
      policy.starts_with(R"({"Version":"2012-10-17","Statement":[{"Sid":"own","Effect":"Deny",)"
                         R"("Condition":{"Bool":{"aws:SecureTransport":"false"}}},{"Sid":"new",)"))
      << policy;
  EXPECT_EQ(remove_statement(policy, "new"), policy_edit::done);
  EXPECT_EQ(policy, R"({"Version":"2012-10-17","Statement":[{"Sid":"own","Effect":"Deny",)"
                    R"("Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})");
}

TEST(policy_text, odd_names_stay_what_they_are) {
  std::string policy = R"({"a\"b\\c\n":1,"Statement":[]})";
  EXPECT_EQ(add_statement(policy, arn, labelled("new")), policy_edit::done);
  EXPECT_TRUE(policy.starts_with(R"({"a\"b\\c\u000a":1,"Statement":[{"Sid":"new",)")) << policy;
}

TEST(policy_text, labels_are_unique_and_must_be_there) {
  std::string policy;
  EXPECT_EQ(remove_statement(policy, "a"), policy_edit::label_unknown);
  EXPECT_EQ(add_statement(policy, arn, labelled("a")), policy_edit::done);
  const std::string before = policy;
  EXPECT_EQ(add_statement(policy, arn, labelled("a", 2)), policy_edit::label_exists);
  EXPECT_EQ(remove_statement(policy, "b"), policy_edit::label_unknown);
  EXPECT_EQ(policy, before);
}

TEST(policy_text, without_its_last_statement_there_is_no_policy) {
  std::string policy;
  EXPECT_EQ(add_statement(policy, arn, labelled("a")), policy_edit::done);
  EXPECT_EQ(remove_statement(policy, "a"), policy_edit::done);
  EXPECT_EQ(policy, "");
}

TEST(policy_text, no_object_is_not_touched) {
  for (const std::string text : {"[]", "plain", "{\"Statement\":", "7"}) {
    std::string policy = text;
    EXPECT_EQ(add_statement(policy, arn, labelled("a")), policy_edit::unreadable);
    EXPECT_EQ(remove_statement(policy, "a"), policy_edit::unreadable);
    EXPECT_EQ(policy, text);
  }
}

}  // namespace
}  // namespace millrace::aws
