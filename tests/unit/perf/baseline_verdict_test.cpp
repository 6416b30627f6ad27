// Verdicts on figures whose truth is known: how often noise alone is called a change, how often a
// change is found, and that "same" is not said where nothing could have been seen.

#include "results/baseline_verdict.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "stats/samples.hpp"

namespace millrace::perf {
namespace {

const std::vector<std::string> names{"a", "b", "c", "d"};

double normal(sample_generator& random) {
  return std::sqrt(-2 * std::log(1 - random.unit())) *
         std::cos(2 * std::numbers::pi * random.unit());
}

/// A run whose figures scatter by `noise` about `level`.
stored_run run_of(double level, double noise, std::size_t count, sample_generator& random,
                  better direction = better::higher) {
  stored_run run;
  for (const std::string& name : names) {
    metric figure{.name = name, .value = level, .unit = "1/s", .direction = direction};
    for (std::size_t i = 0; i < count; ++i) {
      figure.samples.push_back(level * std::exp(noise * normal(random)));
    }
    run.metrics.push_back(figure);
  }
  return run;
}

TEST(baseline_verdict, noise_alone_is_hardly_ever_a_change) {
  sample_generator random(1);
  int runs_with_alarm = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    const auto seen =
        compare_figures(run_of(1e6, 0.08, 7, random), run_of(1e6, 0.08, 7, random), names, 1);
    ASSERT_EQ(seen.size(), 4u);
    bool alarm = false;
    for (const auto& each : seen) {
      alarm = alarm || each.value == outcome::worse || each.value == outcome::better;
    }
    runs_with_alarm += alarm ? 1 : 0;
  }
  EXPECT_LE(runs_with_alarm, 20);  // 1 % is meant, of runs and not of figures
}

TEST(baseline_verdict, a_change_is_found_as_often_as_it_says) {
  sample_generator random(2);
  int found = 0, all = 0;
  double detectable = 0;
  for (int trial = 0; trial < 250; ++trial) {
    for (const auto& each : compare_figures(run_of(1000, 0.03, 7, random),
                                            run_of(1000 / 1.12, 0.03, 7, random), names, 5)) {
      ++all;
      found += each.value == outcome::worse ? 1 : 0;
      detectable += each.detectable_percent;
    }
  }
  EXPECT_GE(found, all * 9 / 10);
  EXPECT_LT(detectable / all, 12);
}

TEST(baseline_verdict, same_is_said_only_where_the_limit_would_have_been_seen) {
  sample_generator random(3);
  for (const auto& each :
       compare_figures(run_of(5, 0.005, 7, random), run_of(5, 0.005, 7, random), names, 10)) {
    EXPECT_EQ(each.value, outcome::same);
    EXPECT_LE(each.detectable_percent, 10);
  }
  for (const auto& each :
       compare_figures(run_of(5, 0.3, 3, random), run_of(5, 0.3, 3, random), names, 10)) {
    EXPECT_EQ(each.value, outcome::cannot_tell);
    EXPECT_GT(each.detectable_percent, 10);
  }
}

TEST(baseline_verdict, the_direction_decides_what_is_worse) {
  sample_generator random(4);
  const auto cost = [&](double level) { return run_of(level, 0.01, 7, random, better::lower); };
  EXPECT_EQ(compare_figures(cost(10), cost(13), names, 10)[0].value, outcome::worse);
  EXPECT_EQ(compare_figures(cost(13), cost(10), names, 10)[0].value, outcome::better);
  EXPECT_EQ(compare_figures(cost(10), cost(10.6), names, 10)[0].value, outcome::same);
}

TEST(baseline_verdict, an_interval_stands_for_measurements_and_nothing_stands_for_neither) {
  stored_run base, head;
  base.metrics = {
      {.name = "a", .value = 100, .unit = "ns", .direction = better::lower, .low = 98, .high = 102},
      {.name = "b", .value = 100, .unit = "ns", .direction = better::lower},
      {.name = "c", .value = 0, .unit = "ns", .direction = better::lower, .samples = {0, 0, 0}},
      {.name = "d", .value = 1, .unit = "ns", .direction = better::neither, .samples = {1, 1, 1}}};
  head = base;
  head.metrics[0].value = 150, head.metrics[0].low = 147, head.metrics[0].high = 153;
  const auto seen = compare_figures(base, head, names, 10);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].value, outcome::worse);
  EXPECT_NEAR(seen[0].change_percent, 50, 1e-9);
}

TEST(baseline_verdict, a_record_is_worse_if_one_figure_is) {
  gate_verdict gate;
  EXPECT_EQ(gate.value(), outcome::cannot_tell);
  for (const outcome added :
       {outcome::cannot_tell, outcome::same, outcome::better, outcome::worse}) {
    figure_verdict figure;
    figure.value = added;
    gate.figures.push_back(figure);
    EXPECT_EQ(gate.value(), added);
  }
  gate.figures.emplace_back();
  EXPECT_EQ(gate.value(), outcome::worse);
}

}  // namespace
}  // namespace millrace::perf
