#include "base/call_rate.hpp"

#include <gtest/gtest.h>

#include <millrace/limits.hpp>

namespace {

using namespace millrace::base;

struct source {
  explicit source(std::int64_t per_second) : rate(per_second) {}
  bool call(time_ns now) {
    const auto next = rate.pass(due, now);
    if (next) due = *next;
    return next.has_value();
  }
  call_rate rate;
  time_ns due = 0;
};

constexpr time_ns begin = 1'700'000'000 * ns_per_s;

class call_rate_of : public testing::TestWithParam<std::int64_t> {};

TEST_P(call_rate_of, a_source_that_keeps_trying_is_exact_within_a_percent_over_ten_seconds) {
  source s(GetParam());
  std::int64_t passed = 0;
  for (time_ns t = 0; t < 10 * ns_per_s; t += ns_per_s / GetParam() / 3) {
    passed += s.call(begin + t) ? 1 : 0;
  }
  EXPECT_GE(passed, GetParam() * 10);
  EXPECT_LE(passed, GetParam() * 10 + GetParam() / 10);
}

TEST_P(call_rate_of, a_source_that_keeps_to_its_rate_loses_no_call_to_a_stall_of_60_ms) {
  source s(GetParam());
  for (std::int64_t i = 0; i < 10 * GetParam(); ++i) {
    const time_ns planned = begin + ns_per_s * i / GetParam();
    const time_ns stalled_until = planned / ns_per_s * ns_per_s + 60 * ns_per_ms;
    EXPECT_TRUE(s.call(std::max(planned, stalled_until))) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(rates, call_rate_of, testing::Values(300, 2'400, 70'000));

TEST(call_rate, after_a_pause_saves_up_a_fifteenth_of_a_second_and_no_more) {
  source s(300);
  EXPECT_TRUE(s.call(begin));
  int passed = 0;
  while (s.call(begin + 3600 * ns_per_s)) ++passed;
  EXPECT_EQ(passed, 20);
}

TEST(fifo_high_throughput, depends_on_the_region) {
  EXPECT_EQ(millrace::fifo_high_throughput("us-west-2"), 70'000U);
  EXPECT_EQ(millrace::fifo_high_throughput("eu-central-1"), 19'000U);
  EXPECT_EQ(millrace::fifo_high_throughput("ap-northeast-1"), 9'000U);
  EXPECT_EQ(millrace::fifo_high_throughput("sa-east-1"), 4'500U);
  EXPECT_EQ(millrace::fifo_high_throughput("af-south-1"), 2'400U);
  EXPECT_EQ(millrace::fifo_high_throughput("us-west"), 2'400U);
  EXPECT_EQ(millrace::fifo_high_throughput(""), 2'400U);
}

}  // namespace
