// The order of measurements, what is measured again, and the intervals of a calibration.

#include "ab/interleave.hpp"

#include <gtest/gtest.h>

#include <string>

#include "ab/ab_record.hpp"
#include "ab/calibration.hpp"
#include "ab/gate_suite.hpp"

namespace millrace::perf {
namespace {

TEST(interleave, sides_take_turns_after_one_measurement_that_does_not_count) {
  std::string order;
  double cost = 0;
  const auto side = [&](char name) {
    return [&order, &cost, name] {
      order += name;
      return ab_block{.cost = ++cost};
    };
  };
  const interleaving seen = interleave(side('A'), side('B'), 4, 0);
  EXPECT_EQ(order,
            "AB"
            "AB"
            "BA"
            "AB"
            "BA");
  EXPECT_EQ(seen.a, (std::vector<double>{3, 6, 7, 10}));
  EXPECT_EQ(seen.b, (std::vector<double>{4, 5, 8, 9}));
  EXPECT_EQ(seen.pairs_again, 0u);
}

TEST(interleave, a_contaminated_pair_is_measured_again_as_often_as_allowed) {
  int call = 0;
  const auto clean = [] { return ab_block{.cost = 1}; };
  // Its second and third measurement are disturbed; the first does not count.
  const auto disturbed = [&] {
    ++call;
    return ab_block{.cost = static_cast<double>(call), .contaminated = call == 2 || call == 3};
  };
  const interleaving seen = interleave(clean, disturbed, 2, 5);
  EXPECT_EQ(seen.pairs_again, 2u);
  EXPECT_EQ(seen.contaminated_blocks, 0u);
  EXPECT_EQ(seen.b, (std::vector<double>{4, 5}));
}

TEST(interleave, what_stays_contaminated_is_kept_and_counted) {
  const auto clean = [] { return ab_block{.cost = 1}; };
  const auto disturbed = [] { return ab_block{.cost = 2, .contaminated = true}; };
  const interleaving seen = interleave(clean, disturbed, 3, 4);
  EXPECT_EQ(seen.pairs_again, 4u);
  EXPECT_EQ(seen.contaminated_blocks, 3u);
  EXPECT_EQ(seen.b.size(), 3u);
}

TEST(calibration, a_finding_counts_when_it_is_found_twice) {
  int call = 0;
  const auto results = [&](ab_verdict first, ab_verdict second) {
    call = 0;
    return confirmed_ab([&, first, second] {
      ab_result made;
      made.verdict = call++ == 0 ? first : second;
      return made;
    });
  };
  const auto none = ab_verdict::no_change_found, more = ab_verdict::b_costs_more,
             less = ab_verdict::b_costs_less;
  EXPECT_EQ(results(more, more).verdict, more);
  EXPECT_EQ(results(more, none).verdict, none);
  EXPECT_EQ(results(more, less).verdict, none);
  EXPECT_EQ(results(none, more).verdict, none);
  EXPECT_EQ(call, 1) << "what is not found is not looked for again";
}

TEST(calibration, intervals_of_shares_are_those_of_wilson) {
  EXPECT_NEAR(wilson_high(0, 200), 0.018845, 1e-5);
  EXPECT_NEAR(wilson_low(190, 200), 0.910424, 1e-5);
  EXPECT_EQ(wilson_high(0, 0), 1);
}

TEST(calibration, is_good_up_to_one_false_alarm_in_a_hundred_and_from_nine_of_ten_found) {
  EXPECT_TRUE((calibration{.comparisons = 200, .false_alarms = 2, .found = 180}.is_good()));
  EXPECT_FALSE((calibration{.comparisons = 200, .false_alarms = 3, .found = 200}.is_good()));
  EXPECT_FALSE((calibration{.comparisons = 200, .false_alarms = 0, .found = 179}.is_good()));
}

TEST(gate_suite, run_of_a_missing_build_is_an_error) {
  for (const gate_case& each : gate_suite()) {
    EXPECT_THROW((void)run_case(each, "no-such-build"), std::runtime_error) << each.name;
  }
}

}  // namespace
}  // namespace millrace::perf
