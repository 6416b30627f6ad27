// The parts of a run: the delivery check, percentiles with intervals, send queues, the search.

#include <gtest/gtest.h>
#include <sched.h>

#include <cmath>
#include <deque>
#include <memory>

#include "run/delivery_check.hpp"
#include "run/latency_series.hpp"
#include "run/rate_search.hpp"
#include "run/send_queues.hpp"
#include "target/lane_host.hpp"

namespace millrace::perf {
namespace {

TEST(delivery_check, finds_loss_duplicates_and_disorder) {
  delivery_check check(1, 2, true);
  for (const std::uint64_t sequence : {0, 1, 2, 3}) check.accepted(sequence);
  for (const std::uint64_t sequence : {0, 1, 3, 2, 2}) check.received(0, 0, sequence, 5);
  for (const std::uint64_t sequence : {0, 1, 3}) check.received(0, 1, sequence, 5);
  const auto seen = check.verdict();
  EXPECT_EQ(seen.accepted, 4u);
  EXPECT_EQ(seen.delivered, 7u);
  EXPECT_EQ(seen.lost, 1u);
  EXPECT_EQ(seen.duplicated, 1u);
  EXPECT_EQ(seen.out_of_order, 1u);
  EXPECT_FALSE(seen.is_right());
}

TEST(delivery_check, order_counts_within_a_key_only) {
  delivery_check check(1, 1, true);
  for (const std::uint64_t sequence : {0, 1}) check.accepted(sequence);
  check.received(0, 0, 1, 8);
  check.received(0, 0, 0, 9);
  EXPECT_TRUE(check.verdict().is_right());
}

TEST(delivery_check, a_message_may_arrive_before_its_acknowledgement_or_without_one) {
  delivery_check check(1, 1, false);
  check.received(0, 0, 0, 0);
  EXPECT_EQ(check.outstanding(), 0u);
  check.accepted(1);
  EXPECT_EQ(check.outstanding(), 1u);  // the early one does not stand for it
  check.accepted(0);
  check.received(0, 0, 1, 0);
  EXPECT_EQ(check.outstanding(), 0u);
  EXPECT_TRUE(check.verdict().is_right());
}

/// Waits in an M/M/1 queue of a given load, one a millisecond in the mean.
latency_series waits_of_mm1(double load, std::size_t count, std::uint64_t seed) {
  sample_generator random(seed);
  latency_series series;
  double at = 0, wait = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double gap = -1e6 * std::log1p(-random.unit());
    const double service = -1e6 * load * std::log1p(-random.unit());
    at += gap;
    wait = std::max(0.0, wait - gap);
    wait += service;
    series.record(static_cast<std::uint64_t>(at), static_cast<std::uint64_t>(wait));
  }
  return series;
}

// The time in the system is exponential with mean service / (1 - load): its p99 is known.
TEST(percentile_interval, covers_the_truth_where_neighbours_have_much_in_common) {
  constexpr double load = 0.9;
  const double truth = load * 1e6 / (1 - load) * std::log(100.0);
  constexpr int runs = 40;
  int covered = 0, naive = 0;
  for (int run = 0; run < runs; ++run) {
    const auto series = waits_of_mm1(load, 100'000, 1000 + static_cast<std::uint64_t>(run));
    const auto seen = estimate_percentile(series, 99);
    const double low = seen.interval_ns ? seen.interval_ns->low : 0;
    const double high = seen.interval_ns ? seen.interval_ns->high : 0;
    covered += (!seen.interval_ns || (low <= truth && truth <= high)) ? 1 : 0;
    const auto all = series.all();
    const double half = 100 * 1.96 * std::sqrt(0.99 * 0.01 / 100'000);
    naive += static_cast<double>(all.percentile(99 - half)) <= truth &&
                     truth <= static_cast<double>(all.percentile(99 + half))
                 ? 1
                 : 0;
  }
  EXPECT_GE(covered, runs * 85 / 100);
  EXPECT_LE(naive, runs * 30 / 100);  // the same test tells a wrong interval
}

TEST(percentile_interval, independent_durations_are_worth_their_number) {
  sample_generator random(3);
  latency_series series;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    series.record(i * 50'000, 1 + random.below(1'000'000));
  }
  const auto seen = estimate_percentile(series, 99);
  ASSERT_TRUE(seen.is_supported());
  EXPECT_GT(seen.effective, 40'000);
  EXPECT_NEAR(seen.ns, 990'000, 10'000);
  EXPECT_LT(seen.interval_ns->high - seen.interval_ns->low, 30'000);
}

TEST(percentile_interval, too_few_durations_support_none) {
  latency_series series;
  sample_generator random(3);
  for (std::uint64_t i = 0; i < 500; ++i) series.record(i * 2'000'000, 1000 + random.below(500));
  EXPECT_TRUE(estimate_percentile(series, 50).is_supported());
  EXPECT_FALSE(estimate_percentile(series, 99).is_supported());
}

TEST(latency_series, slots_double_and_nothing_is_lost) {
  latency_series series(1'000);
  for (std::uint64_t i = 0; i < 100'000; ++i) series.record(i * 100, i);
  EXPECT_LE(series.slots().size(), latency_series::slots_max);
  EXPECT_GT(series.slots().size(), latency_series::slots_max / 4);
  EXPECT_EQ(series.all().count(), 100'000u);
  EXPECT_LT(series.slots().front().max(), series.slots().back().min());
}

TEST(send_queues, any_free_sender_takes_what_has_no_key) {
  send_queues queues(1, 3, false);
  for (std::uint64_t i = 0; i < 4; ++i) queues.push(0, {.sequence = i, .key = 7});
  std::vector<std::size_t> used;
  queues.dispatch([](std::size_t sender) { return sender != 1; },
                  [&](std::size_t sender, std::size_t, std::deque<due_message>& waiting) {
                    used.push_back(sender);
                    waiting.pop_front();
                  });
  EXPECT_EQ(used, (std::vector<std::size_t>{0, 2, 0, 2}));
  EXPECT_EQ(queues.size(), 0u);
}

TEST(send_queues, a_key_waits_for_its_own_sender) {
  send_queues queues(1, 2, true);
  queues.push(0, {.sequence = 0, .key = 1});
  queues.push(0, {.sequence = 1, .key = 2});
  std::vector<std::uint64_t> sent;
  const auto send = [&](std::size_t sender, std::size_t, std::deque<due_message>& waiting) {
    EXPECT_EQ(waiting.front().key % 2, sender);
    sent.push_back(waiting.front().sequence);
    waiting.pop_front();
  };
  queues.dispatch([](std::size_t sender) { return sender == 0; }, send);
  EXPECT_EQ(sent, (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(queues.size(), 1u);
  queues.dispatch([](std::size_t) { return true; }, send);
  EXPECT_EQ(sent, (std::vector<std::uint64_t>{1, 0}));
}

TEST(lane_host, the_next_engine_finds_all_processors_again) {
  cpu_set_t before, after;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  { const lane_host host({}); }
  ASSERT_EQ(sched_getaffinity(0, sizeof after, &after), 0);
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

/// A target that bears `most` messages a second.
struct fake_runs {
  double most;
  std::vector<std::unique_ptr<load_result>> results{};
  const load_result& operator()(double rate) {
    auto& made = *results.emplace_back(std::make_unique<load_result>());
    made.seconds = 10;
    made.offered = static_cast<std::uint64_t>(10 * rate);
    made.accepted = made.delivered = static_cast<std::uint64_t>(10 * std::min(rate, most));
    return made;
  }
};

TEST(rate_search, ends_near_the_greatest_rate_that_is_borne) {
  fake_runs runs{123'456};
  const double found = find_max_rate({}, {.first_rate = 1000}, std::ref(runs));
  EXPECT_LE(found, 123'456 / 0.99);
  EXPECT_GE(found, 123'456 * 0.95);
  EXPECT_LE(runs.results.size(), 20u);
}

TEST(rate_search, goes_down_when_the_first_rate_is_too_much) {
  fake_runs runs{90};
  const double found = find_max_rate({}, {.first_rate = 1000}, std::ref(runs));
  EXPECT_NEAR(found, 90, 6);
}

TEST(rate_search, a_rate_that_is_missed_once_is_tried_again) {
  fake_runs runs{123'456};
  int count = 0;
  const auto disturbed = [&](double rate) -> const load_result& {
    const double least = ++count == 1 ? 1 : rate;
    return runs(std::min(rate, least));
  };
  fake_runs quiet{123'456};
  EXPECT_EQ(find_max_rate({}, {.first_rate = 1000}, disturbed),
            find_max_rate({}, {.first_rate = 1000}, std::ref(quiet)));
}

TEST(rate_search, throttling_counts_against_its_objective_only) {
  load_result result;
  result.seconds = 1;
  result.offered = 1000;
  result.accepted = result.delivered = 900;
  result.throttled = 100;
  bench_workload plan;
  EXPECT_TRUE(is_borne(plan, result));
  plan.objectives = parse_objectives("throttled<1%");
  EXPECT_EQ(missed_objectives(plan, result), (std::vector<std::string>{"throttled<1%"}));
  EXPECT_FALSE(is_borne(plan, result));
}

}  // namespace
}  // namespace millrace::perf
