// Do the intervals of percentiles hold what they say? On a queue with one server, random arrivals
// and random service at 0.9 of its capacity, where the truth is known: the time in it is
// exponential with mean service / (1 - load). Neighbours have nearly everything in common there,
// and the usual interval, which takes them for independent, must fail the same test.
// MILLRACE_TRIALS: how many.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <memory>

#include "run/latency_series.hpp"
#include "stats/samples.hpp"

namespace millrace::perf {
namespace {

constexpr double load = 0.9;
constexpr double service_ns = 100'000;
constexpr int messages = 600'000;
constexpr double percent = 99;
constexpr double bucket_width = 0.008;  // a histogram's value is that much off at most

double exponential(double mean, sample_generator& random) {
  return -mean * std::log(1 - random.unit());
}

latency_series simulate(sample_generator& random) {
  latency_series series;
  // It starts as it would be met at any time, not empty.
  double waiting = random.unit() < load ? exponential(service_ns / (1 - load), random) : 0;
  double now = 0;
  for (int i = 0; i < messages; ++i) {
    const double service = exponential(service_ns, random);
    series.record(static_cast<std::uint64_t>(now), static_cast<std::uint64_t>(waiting + service));
    const double pause = exponential(service_ns / load, random);
    now += pause;
    waiting = std::fmax(0, waiting + service - pause);
  }
  return series;
}

/// The interval of someone who takes all durations for independent.
interval naive_interval(const latency_series& series) {
  const auto all = std::make_unique<histogram>(series.all());
  const double share = percent / 100;
  const double half = 1.959964 * std::sqrt(share * (1 - share) / static_cast<double>(all->count()));
  return {static_cast<double>(all->percentile(100 * (share - half))),
          static_cast<double>(all->percentile(100 * (share + half)))};
}

bool covers(const interval& seen, double truth) {
  return seen.low <= truth * (1 + bucket_width) && truth <= seen.high * (1 + bucket_width);
}

TEST(coverage, intervals_of_p99_at_a_load_of_0_9_hold_the_truth_and_naive_ones_do_not) {
  const char* wanted = std::getenv("MILLRACE_TRIALS");
  const int trials = wanted == nullptr ? 30 : std::atoi(wanted);
  ASSERT_GE(trials, 10);
  const double truth = service_ns / (1 - load) * std::log(100.0);
  sample_generator random(20261126);
  int given = 0, held = 0, naive = 0;
  double width = 0;
  for (int i = 0; i < trials; ++i) {
    const latency_series series = simulate(random);
    const percentile_estimate seen = estimate_percentile(series, percent);
    naive += covers(naive_interval(series), truth);
    if (!seen.interval_ns) continue;
    ++given;
    held += covers(*seen.interval_ns, truth);
    width += (seen.interval_ns->high - seen.interval_ns->low) / 2 / truth;
  }
  std::printf("%d trials, %d with an interval, %d hold the truth (half width %.1f %%), naive %d\n",
              trials, given, held, 100 * width / given, naive);
  EXPECT_GE(given * 10, trials * 8) << "an interval that is withheld holds nothing";
  EXPECT_GE(held * 100, given * 85);
  EXPECT_LE(naive * 2, trials) << "the naive interval passes: this test tests nothing";
}

}  // namespace
}  // namespace millrace::perf
