// How often noise alone is called a change, and how often a step is found and where.

#include "stats/change_points.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <numbers>

#include "stats/samples.hpp"

namespace millrace::perf {
namespace {

double normal(sample_generator& random) {
  return std::sqrt(-2 * std::log(1 - random.unit())) *
         std::cos(2 * std::numbers::pi * random.unit());
}

std::vector<double> series(std::size_t count, const std::function<double(std::size_t)>& level,
                           double noise, sample_generator& random) {
  std::vector<double> made;
  for (std::size_t i = 0; i < count; ++i) {
    made.push_back(level(i) * std::exp(noise * normal(random)));
  }
  return made;
}

/// No magnitude is asked for: what the test alone says.
constexpr change_options bare{.permutations = 199, .magnitude_percent = 0};

double alarms_of(const std::function<std::vector<double>(sample_generator&)>& make) {
  constexpr int trials = 400;
  sample_generator random(7);
  int alarms = 0;
  for (int i = 0; i < trials; ++i) {
    change_options options = bare;
    options.seed = random.next();
    alarms += find_changes(make(random), options).empty() ? 0 : 1;
  }
  return static_cast<double>(alarms) / trials;
}

TEST(change_points, noise_alone_is_hardly_ever_a_change) {
  for (const std::size_t count : {10u, 24u, 40u}) {
    EXPECT_LE(alarms_of([&](auto& random) {
                return series(
                    count, [](std::size_t) { return 1e6; }, 0.1, random);
              }),
              0.05);
  }
  // Noise with rare values far off, as of a machine that others use.
  EXPECT_LE(alarms_of([](auto& random) {
              return series(
                  40, [&](std::size_t) { return random.unit() < 0.1 ? 0.4 : 1.0; }, 0.03, random);
            }),
            0.05);
}

TEST(change_points, a_step_of_a_tenth_is_found_where_it_is) {
  constexpr int trials = 200;
  sample_generator random(8);
  int found = 0, placed = 0;
  for (int i = 0; i < trials; ++i) {
    const std::size_t step = 10 + random.below(21);
    change_options options{.permutations = 199};
    options.seed = random.next();
    const auto seen =
        find_changes(series(
                         40, [&](std::size_t k) { return k < step ? 1.0 : 1.1; }, 0.04, random),
                     options);
    if (seen.empty()) continue;
    ++found;
    const auto off = static_cast<long>(seen.front().first) - static_cast<long>(step);
    if (std::labs(off) <= 2) ++placed;
  }
  EXPECT_GE(found, trials * 95 / 100);
  EXPECT_GE(placed, trials * 80 / 100);
}

TEST(change_points, several_steps_have_the_medians_beside_them) {
  sample_generator random(9);
  const auto values = series(
      36, [](std::size_t i) { return i < 12   ? 100.0
                                     : i < 24 ? 150.0
                                              : 90.0; }, 0.01, random);
  const auto seen = find_changes(values);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].first, 12u);
  EXPECT_EQ(seen[1].first, 24u);
  EXPECT_NEAR(seen[0].before, 100, 2);
  EXPECT_NEAR(seen[0].after, 150, 3);
  EXPECT_EQ(seen[1].before, seen[0].after);
  EXPECT_NEAR(seen[1].after, 90, 2);
  EXPECT_LE(seen[0].p, 0.01);
}

TEST(change_points, steps_below_the_magnitude_are_left_out) {
  sample_generator random(10);
  const auto values = series(
      40, [](std::size_t i) { return i < 20 ? 1.0 : 1.03; }, 0.002, random);
  EXPECT_TRUE(find_changes(values).empty());
  EXPECT_EQ(find_changes(values, bare).size(), 1u);
}

TEST(change_points, too_few_or_equal_values_have_none_and_a_seed_repeats) {
  EXPECT_TRUE(find_changes(std::vector<double>{1, 1, 1, 9, 9, 9, 9}).empty());
  EXPECT_TRUE(find_changes(std::vector<double>(30, 5.0)).empty());
  EXPECT_TRUE(find_changes({}).empty());
  sample_generator random(11);
  const auto values = series(
      30, [](std::size_t i) { return i < 9 ? 1 : 1.08; }, 0.03, random);
  const auto first = find_changes(values), second = find_changes(values);
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].p, second[i].p);
}

}  // namespace
}  // namespace millrace::perf
