#include "sqs/policy_check.hpp"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

std::string of(const std::string& policy) {
  const auto wrong = check_policy(policy);
  return wrong ? std::string(wrong->row().query_code) + ": " + wrong->message() : "";
}

std::string list(std::size_t count, const std::string& item) {
  std::string out = "[";
  for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "" : ",") + item;
  return out + "]";
}

std::string statement(const std::string& members) { return R"({"Statement":{)" + members + "}}"; }

TEST(policy_check, takes_what_has_a_statement_or_a_list_of_them) {
  for (const char* policy :
       {"", R"({"Statement":[]})", R"( {"Version":"2012-10-17", "Statement": {"Sid":"a"}})",
        R"({"Statement":[{"Principal":"*","Action":"sqs:*","Condition":{"Bool":{"a":"b"}}}]})"}) {
    EXPECT_EQ(of(policy), "") << policy;
  }
}

TEST(policy_check, refuses_what_is_none) {
  for (const char* policy : {"plain", "[]", "7", "{}", R"({"Statement":)", R"({"Statement":7})",
                             R"({"Statement":["a"]})", R"({"Version":"2012-10-17"})"}) {
    EXPECT_EQ(of(policy), "InvalidAttributeValue: Invalid value for the parameter Policy.")
        << policy;
  }
}

// Shows: attribute.policy-limits
TEST(policy_check, holds_twenty_statements_in_8192_bytes) {
  const auto with = [](std::size_t count) { return R"({"Statement":)" + list(count, "{}") + "}"; };
  EXPECT_EQ(of(with(20)), "");
  EXPECT_EQ(of(with(21)),
            "OverLimit: 21 statements were found in the submitted policy, max allowed is 20");
  std::string longest = with(1);
  longest.append(8192 - longest.size(), ' ');
  EXPECT_EQ(of(longest), "");
  EXPECT_EQ(of(longest + " "), "OverLimit: Submitted policy is over max allowed size.");
}

// Shows: attribute.policy-limits
TEST(policy_check, counts_actions_and_conditions_of_a_statement) {
  const auto acting = [](std::size_t count) {
    return statement(R"("Action":)" + list(count, R"("sqs:a")"));
  };
  EXPECT_EQ(of(acting(7)), "");
  EXPECT_EQ(of(acting(8)),
            "OverLimit: 8 actions were found in a statement from the submitted policy, max allowed "
            "is 7");
  std::string keys = R"("k0":"v")";
  for (int i = 1; i < 9; ++i) keys += ",\"k" + std::to_string(i) + "\":[\"v\",\"w\"]";
  const auto on = [&](const std::string& more) {
    return R"({"Condition":{"StringEquals":{)" + keys + "}," + more + "}}";
  };
  const std::string ten = on(R"("Bool":{"k":"v"})");
  EXPECT_EQ(of(R"({"Statement":[)" + ten + "," + ten + "]}"), "");
  EXPECT_EQ(of(R"({"Statement":[)" + on(R"("Bool":{"k":"v","l":"v"})") + "]}"),
            "OverLimit: 11 conditions were found in a statement from the submitted policy, max "
            "allowed is 10");
}

// Shows: attribute.policy-limits
TEST(policy_check, counts_principals_of_the_whole) {
  const auto for_all = [](std::size_t count) {
    return R"({"Statement":[{"Principal":"*"},{"NotPrincipal":{"Service":"s","AWS":)" +
           list(count - 2, R"("1")") + "}}]}";
  };
  EXPECT_EQ(of(for_all(50)), "");
  EXPECT_EQ(of(for_all(51)),
            "OverLimit: 51 principals were found in the submitted policy, max allowed is 50");
}

}  // namespace
}  // namespace millrace::sqs
