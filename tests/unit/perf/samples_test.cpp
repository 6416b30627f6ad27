// Order statistics and the rank test against values worked out independently.

#include "stats/samples.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace millrace::perf {
namespace {

TEST(samples, median_of_odd_even_and_empty_sets) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
  EXPECT_TRUE(std::isnan(median({})));
}

TEST(samples, quantiles_interpolate_and_clamp) {
  EXPECT_DOUBLE_EQ(quantile({0, 10}, 0.25), 2.5);
  EXPECT_DOUBLE_EQ(quantile({5, 1}, 2), 5);
  EXPECT_DOUBLE_EQ(quantile({5, 1}, -1), 1);
}

TEST(samples, mann_whitney_of_separated_sets_follows_the_formula) {
  // Ten against ten without overlap: U = 0, z = (50 - 0.5) / sqrt(100 * 21 / 12) = 3.7418.
  std::vector<double> a(10), b(10);
  std::iota(a.begin(), a.end(), 0);
  std::iota(b.begin(), b.end(), 100);
  EXPECT_NEAR(mann_whitney_p(a, b), 0.000182672, 1e-8);
  EXPECT_DOUBLE_EQ(mann_whitney_p(a, b), mann_whitney_p(b, a));
}

TEST(samples, mann_whitney_corrects_for_ties) {
  // Pooled ranks 1.5 1.5 4 4 4 6; rank sum of a 7, U 1; spread 9/12*(7-(6+24)/30) = 4.5.
  const std::vector<double> a{1, 1, 2}, b{2, 2, 3};
  EXPECT_NEAR(mann_whitney_p(a, b), std::erfc(3.0 / std::sqrt(9.0)), 1e-12);
}

TEST(samples, equal_or_missing_sets_show_no_difference) {
  const std::vector<double> same(12, 3.0);
  EXPECT_EQ(mann_whitney_p(same, same), 1);
  EXPECT_EQ(mann_whitney_p({}, same), 1);
}

TEST(samples, interval_of_the_median_covers_the_truth_about_as_often_as_it_says) {
  sample_generator random(21);
  int covered = 0;
  constexpr int rounds = 200;
  for (int i = 0; i < rounds; ++i) {
    std::vector<double> values(40);
    for (double& value : values) value = random.unit();
    const interval seen = median_interval(values, static_cast<std::uint64_t>(i));
    covered += seen.low <= 0.5 && 0.5 <= seen.high;
  }
  EXPECT_GE(covered, rounds * 88 / 100);
  EXPECT_LT(covered, rounds) << "an interval that always covers says nothing";
}

}  // namespace
}  // namespace millrace::perf
