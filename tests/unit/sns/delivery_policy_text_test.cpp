#include "sns/delivery_policy_text.hpp"

#include <gtest/gtest.h>

namespace millrace::sns {
namespace {

constexpr std::string_view usual =
    R"({"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,)"
    R"("numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,)"
    R"("backoffFunction":"linear"},"disableSubscriptionOverrides":false,)"
    R"("defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}})";

TEST(delivery_policy, has_defaults) { EXPECT_EQ(effective_delivery_policy(""), usual); }

TEST(delivery_policy, that_says_little_is_completed) {
  const delivery_policy_text read = read_delivery_policy_text(
      R"({"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,)"
      R"("numRetries":1}}})");
  EXPECT_EQ(read.wrong, "");
  EXPECT_EQ(read.own,
            R"({"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,)"
            R"("numRetries":1},"disableSubscriptionOverrides":false}})");
  EXPECT_EQ(read.effective,
            R"({"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,)"
            R"("numRetries":1,"numMaxDelayRetries":0,"numNoDelayRetries":0,)"
            R"("numMinDelayRetries":0,"backoffFunction":"linear"},)"
            R"("disableSubscriptionOverrides":false,"defaultRequestPolicy":)"
            R"({"headerContentType":"text/plain; charset=UTF-8"}}})");
  EXPECT_EQ(effective_delivery_policy(read.own), read.effective);
}

TEST(delivery_policy, may_say_all_of_it) {
  constexpr std::string_view all =
      R"({"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":3600,)"
      R"("numRetries":100,"numMaxDelayRetries":4,"numNoDelayRetries":3,"numMinDelayRetries":2,)"
      R"("backoffFunction":"geometric"},"disableSubscriptionOverrides":true,)"
      R"("defaultThrottlePolicy":{"maxReceivesPerSecond":7},)"
      R"("defaultRequestPolicy":{"headerContentType":"application/json"}}})";
  EXPECT_EQ(read_delivery_policy_text(all).own, all);
  EXPECT_EQ(read_delivery_policy_text(all).effective, all);
}

TEST(delivery_policy, takes_null_for_nothing) {
  const delivery_policy_text read =
      read_delivery_policy_text(R"({"http":{"defaultHealthyRetryPolicy":null}})");
  EXPECT_EQ(read.own, R"({"http":{"disableSubscriptionOverrides":false}})");
  EXPECT_EQ(read.effective, usual);
}

TEST(delivery_policy, is_refused_with_the_reason) {
  const auto why = [](std::string_view json) { return read_delivery_policy_text(json).wrong; };
  EXPECT_EQ(why("{"), "failed to parse JSON");
  EXPECT_EQ(why("[]"), "failed to parse JSON");
  EXPECT_EQ(why(R"({"https":{}})"), "Unexpected JSON member: https");
  EXPECT_EQ(why(R"({"http":{"retries":1}})"), "Unexpected JSON member: http.retries");
  EXPECT_EQ(why(R"({"http":1})"), "http must be an object");
  EXPECT_EQ(why(R"({"http":{"defaultHealthyRetryPolicy":{"numRetries":101}}})"),
            "numRetries must be an integer between 0 and 100");
  EXPECT_EQ(why(R"({"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":"1"}}})"),
            "minDelayTarget must be an integer between 1 and 3600");
  EXPECT_EQ(why(R"({"http":{"defaultHealthyRetryPolicy":{"backoffFunction":"cubic"}}})"),
            "backoffFunction must be linear, arithmetic, geometric or exponential");
  EXPECT_EQ(why(R"({"http":{"disableSubscriptionOverrides":"no"}})"),
            "disableSubscriptionOverrides must be true or false");
  EXPECT_EQ(why(R"({"http":{"defaultRequestPolicy":{"headerContentType":"a\"b"}}})"),
            "headerContentType must be a media type");
}

}  // namespace
}  // namespace millrace::sns
