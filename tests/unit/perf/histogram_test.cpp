// Bucket arithmetic, the promised error, percentiles against sorted values, and merging.

#include "hist/histogram.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "stats/samples.hpp"

namespace millrace::perf {
namespace {

TEST(histogram, buckets_are_contiguous_and_every_value_lies_in_its_own) {
  std::uint64_t next = 0;
  for (std::size_t i = 0; next <= histogram::value_max; ++i) {
    ASSERT_LT(i, histogram::bucket_count);
    ASSERT_EQ(histogram::lowest_of(i), next) << i;
    ASSERT_EQ(histogram::index_of(histogram::lowest_of(i)), i);
    ASSERT_EQ(histogram::index_of(histogram::highest_of(i)), i);
    next = histogram::highest_of(i) + 1;
  }
  EXPECT_GE(histogram::value_max, 3'600'000'000'000u) << "an hour must fit";
}

TEST(histogram, no_bucket_is_wider_than_0_8_percent_of_its_values) {
  for (std::size_t i = 1; i < histogram::bucket_count; ++i) {
    const auto width = static_cast<double>(histogram::highest_of(i) - histogram::lowest_of(i));
    ASSERT_LE(width, 0.008 * static_cast<double>(histogram::lowest_of(i))) << i;
  }
}

TEST(histogram, an_empty_one_answers_zero) {
  const histogram empty;
  EXPECT_EQ(empty.count(), 0u);
  EXPECT_EQ(empty.min(), 0u);
  EXPECT_EQ(empty.max(), 0u);
  EXPECT_EQ(empty.percentile(99), 0u);
  EXPECT_EQ(empty.mean(), 0);
}

TEST(histogram, percentiles_agree_with_sorted_values_within_the_promised_error) {
  auto filled = std::make_unique<histogram>();
  sample_generator random(5);
  std::vector<double> sorted;
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::floor(std::exp(random.unit() * 28));  // 1 ns to 24 minutes
    sorted.push_back(value);
    filled->record(static_cast<std::uint64_t>(value));
  }
  std::sort(sorted.begin(), sorted.end());
  for (const double percent : {0.0, 1.0, 25.0, 50.0, 90.0, 99.0, 99.9, 100.0}) {
    const auto rank = static_cast<std::size_t>(
        std::max(1.0, std::ceil(percent / 100 * static_cast<double>(sorted.size()))));
    const double truth = sorted[rank - 1];
    const auto seen = static_cast<double>(filled->percentile(percent));
    EXPECT_GE(seen, truth) << percent;
    EXPECT_LE(seen, truth * 1.008) << percent;
  }
  EXPECT_EQ(static_cast<double>(filled->min()), sorted.front());
  EXPECT_EQ(static_cast<double>(filled->max()), sorted.back());
}

TEST(histogram, the_median_of_a_known_set_is_its_middle_value) {
  histogram values;
  for (std::uint64_t v = 1; v <= 99; ++v) values.record(v);
  EXPECT_EQ(values.percentile(50), 50u);
  EXPECT_DOUBLE_EQ(values.mean(), 50);
}

TEST(histogram, too_large_a_value_is_clipped_and_counted_as_such) {
  histogram values;
  values.record(histogram::value_max + 1);
  values.record(~0ull);
  values.record(7);
  EXPECT_EQ(values.count(), 3u);
  EXPECT_EQ(values.clipped(), 2u);
  EXPECT_EQ(values.max(), histogram::value_max);
}

TEST(histogram, merging_equals_recording_everything_in_one) {
  auto all = std::make_unique<histogram>();
  auto left = std::make_unique<histogram>();
  auto right = std::make_unique<histogram>();
  sample_generator random(9);
  for (int i = 0; i < 5000; ++i) {
    const std::uint64_t value = random.next() >> (random.next() % 64);
    all->record(value);
    (i % 3 == 0 ? left : right)->record(value);
  }
  left->merge(*right);
  EXPECT_EQ(left->counts(), all->counts());
  EXPECT_EQ(left->count(), all->count());
  EXPECT_EQ(left->clipped(), all->clipped());
  EXPECT_EQ(left->min(), all->min());
  EXPECT_EQ(left->max(), all->max());
  left->merge(histogram());
  EXPECT_EQ(left->min(), all->min());
}

}  // namespace
}  // namespace millrace::perf
