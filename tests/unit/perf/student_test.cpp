// Student's t against printed tables.

#include "stats/student.hpp"

#include <gtest/gtest.h>

namespace millrace::perf {
namespace {

TEST(student, tails_are_those_of_the_tables) {
  EXPECT_NEAR(student_p(12.7062, 1), 0.05, 1e-6);
  EXPECT_NEAR(student_p(-2.228139, 10), 0.05, 1e-7);
  EXPECT_NEAR(student_p(9.924843, 2), 0.01, 1e-8);
  EXPECT_NEAR(student_p(1.959964, 1e6), 0.05, 1e-6);
  EXPECT_DOUBLE_EQ(student_p(0, 3), 1);
}

TEST(student, quantiles_are_what_their_tail_says) {
  EXPECT_NEAR(student_quantile(0.025, 1), 12.7062, 1e-4);
  EXPECT_NEAR(student_quantile(0.005, 2), 9.924843, 1e-6);
  EXPECT_NEAR(student_quantile(0.2, 6), 0.905703, 1e-6);
  EXPECT_NEAR(student_quantile(1e-4, 12), 5.263, 5e-4);
}

}  // namespace
}  // namespace millrace::perf
