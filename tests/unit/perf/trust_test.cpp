// Each rule of the verdict, alone and at its edge.

#include "results/trust.hpp"

#include <gtest/gtest.h>

namespace millrace::perf {
namespace {

TEST(trust, a_calm_machine_and_a_complete_run_are_good) {
  const trust_verdict verdict = judge({.seconds = 1}, {});
  EXPECT_EQ(verdict.value, trust::good);
  EXPECT_TRUE(verdict.reasons.empty());
}

TEST(trust, stolen_time_over_two_percent_is_invalid) {
  EXPECT_EQ(judge({.steal_percent = 2.0}, {}).value, trust::good);
  EXPECT_EQ(judge({.steal_percent = 2.1}, {}).value, trust::invalid);
}

TEST(trust, achieving_less_than_99_percent_of_the_offer_is_invalid) {
  EXPECT_EQ(judge({}, {.offered_per_second = 1000, .achieved_per_second = 990}).value, trust::good);
  EXPECT_EQ(judge({}, {.offered_per_second = 1000, .achieved_per_second = 989}).value,
            trust::invalid);
}

TEST(trust, one_wrong_message_is_invalid) {
  EXPECT_EQ(judge({}, {.lost = 1}).value, trust::invalid);
  EXPECT_EQ(judge({}, {.duplicated = 1}).value, trust::invalid);
  EXPECT_EQ(judge({}, {.out_of_order = 1}).value, trust::invalid);
}

TEST(trust, a_debug_build_and_a_limiting_generator_are_invalid) {
  EXPECT_EQ(judge({}, {.debug_build = true}).value, trust::invalid);
  EXPECT_EQ(judge({}, {.limited_by_generator = true}).value, trust::invalid);
}

TEST(trust, pressure_counts_only_where_the_kernel_reports_it) {
  EXPECT_EQ(judge({.pressure_percent = 21, .has_pressure = true}, {}).value, trust::suspect);
  EXPECT_EQ(judge({.pressure_percent = 21, .has_pressure = false}, {}).value, trust::good);
}

TEST(trust, interruptions_matter_to_pinned_threads_only) {
  EXPECT_EQ(judge({.involuntary_switches_per_second = 51}, {}).value, trust::good);
  EXPECT_EQ(judge({.involuntary_switches_per_second = 51}, {.pinned_threads = true}).value,
            trust::suspect);
}

TEST(trust, wide_intervals_and_uneven_clocks_are_suspect) {
  EXPECT_EQ(judge({.mhz_spread_percent = 5.1}, {}).value, trust::suspect);
  EXPECT_EQ(judge({}, {.ci_half_width_percent = 10.1}).value, trust::suspect);
}

TEST(trust, the_worst_rule_decides_and_every_broken_rule_is_named) {
  const trust_verdict verdict = judge({.steal_percent = 9, .mhz_spread_percent = 9}, {.lost = 3});
  EXPECT_EQ(verdict.value, trust::invalid);
  ASSERT_EQ(verdict.reasons.size(), 3u);
  EXPECT_EQ(verdict.reasons[1], "lost messages: 3");
}

TEST(environment, key_changes_with_every_identity_fact_and_with_nothing_observed) {
  environment env = probe_environment();
  const std::string key = environment_key(env);
  EXPECT_EQ(key.size(), 64u);
  env.observed.front().second += "x";
  EXPECT_EQ(environment_key(env), key);
  for (auto& [name, value] : env.identity) {
    const std::string kept = value;
    value += "x";
    EXPECT_NE(environment_key(env), key) << name;
    value = kept;
  }
}

TEST(environment, sha256_agrees_with_the_published_example) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(environment, difference_gives_shares_of_the_time_between_samples) {
  const machine_sample before{.wall_ns = 1'000'000'000,
                              .cpu_ticks = 1000,
                              .steal_ticks = 10,
                              .pressure_some_us = 500,
                              .involuntary_switches = 5,
                              .mhz_min = 2000,
                              .mhz_max = 2000,
                              .has_pressure = true};
  const machine_sample after{.wall_ns = 3'000'000'000,
                             .cpu_ticks = 1400,
                             .steal_ticks = 14,
                             .pressure_some_us = 200'500,
                             .involuntary_switches = 25,
                             .mhz_min = 1900,
                             .mhz_max = 2000,
                             .has_pressure = true};
  const disturbance seen = difference(before, after);
  EXPECT_DOUBLE_EQ(seen.seconds, 2);
  EXPECT_DOUBLE_EQ(seen.steal_percent, 1);
  EXPECT_DOUBLE_EQ(seen.pressure_percent, 10);
  EXPECT_DOUBLE_EQ(seen.involuntary_switches_per_second, 10);
  EXPECT_DOUBLE_EQ(seen.mhz_spread_percent, 5);
}

}  // namespace
}  // namespace millrace::perf
