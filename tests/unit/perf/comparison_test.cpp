// The A/B rule on synthetic noise: a machine that drifts, with spikes. No clock is involved but in
// the tests of the two cost functions.

#include "ab/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "stats/samples.hpp"

namespace millrace::perf {
namespace {

/// Costs as this kind of machine gives them: slow drift shared by both sides, 2 % noise, and a
/// spike of up to 50 % in one measurement of ten.
class noisy_machine {
 public:
  explicit noisy_machine(std::uint64_t seed) : random_(seed) {}
  double measure(double true_cost) {
    drift_ += 0.01 * (random_.unit() - 0.5);
    double noise = 0.02 * (random_.unit() + random_.unit() - 1);
    if (random_.unit() < 0.1) noise += 0.5 * random_.unit();
    return true_cost * (1 + drift_ + noise);
  }

 private:
  sample_generator random_;
  double drift_ = 0;
};

int found(double cost_b, ab_verdict wanted, int experiments) {
  int count = 0;
  for (int i = 0; i < experiments; ++i) {
    noisy_machine machine(static_cast<std::uint64_t>(1000 + i));
    const ab_result result =
        run_ab([&] { return machine.measure(100); }, [&] { return machine.measure(cost_b); });
    count += result.verdict == wanted;
  }
  return count;
}

TEST(comparison, the_same_work_twice_raises_no_alarm) {
  EXPECT_EQ(found(100, ab_verdict::no_change_found, 100), 100);
}

TEST(comparison, ten_percent_more_or_less_is_found) {
  EXPECT_GE(found(110, ab_verdict::b_costs_more, 50), 48);
  EXPECT_GE(found(90, ab_verdict::b_costs_less, 50), 48);
}

TEST(comparison, measurements_alternate_abba_after_one_warm_up_of_each) {
  std::string order;
  const auto a = [&] {
    order += 'a';
    return 1.0;
  };
  const auto b = [&] {
    order += 'b';
    return 1.0;
  };
  const ab_result result = run_ab(a, b, {.pairs = 4});
  EXPECT_EQ(order,
            "ab"
            "abba"
            "abba");
  EXPECT_EQ(result.a.size(), 4u);
  EXPECT_EQ(result.b.size(), 4u);
}

TEST(comparison, a_significant_but_small_change_is_not_a_finding) {
  std::vector<double> a, b;
  for (int i = 0; i < 30; ++i) {
    a.push_back(100 + 0.01 * i);
    b.push_back(102 + 0.01 * i);
  }
  const ab_result result = judge_ab(a, b);
  EXPECT_LT(result.p, 0.01);
  EXPECT_EQ(result.verdict, ab_verdict::no_change_found);
  EXPECT_NEAR(result.change_percent, 2, 0.1);
}

TEST(comparison, more_noise_or_fewer_pairs_detect_less) {
  const auto detectable = [](double noise, int pairs) {
    sample_generator random(4);
    const auto measure = [&] { return 100 * (1 + noise * (random.unit() - 0.5)); };
    return run_ab(measure, measure, {.pairs = pairs}).detectable_percent;
  };
  EXPECT_LT(detectable(0.02, 30), detectable(0.3, 30));
  EXPECT_LT(detectable(0.3, 60), detectable(0.3, 10));
  EXPECT_GE(detectable(0.001, 30), 3) << "never below the rule's own median bound";
  EXPECT_TRUE(std::isinf(detectable(0.02, 2))) << "two pairs can prove nothing";
}

TEST(comparison, the_description_states_the_verdict_and_the_detectable_change) {
  const std::vector<double> a(30, 100.0), b(30, 120.0);
  const std::string line = describe(judge_ab(a, b), "push_pop");
  EXPECT_NE(line.find("push_pop"), std::string::npos);
  EXPECT_NE(line.find("+20.00 %"), std::string::npos);
  EXPECT_NE(line.find("REGRESSION"), std::string::npos);
  EXPECT_NE(line.find("can detect >= "), std::string::npos);
}

TEST(comparison, a_command_costs_its_processor_time) {
  const double idle = command_cost_ns({"true"});
  const double busy =
      command_cost_ns({"sh", "-c", "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"});
  EXPECT_GT(idle, 0);
  EXPECT_GT(busy, 3 * idle);
}

TEST(comparison, a_command_that_fails_or_does_not_exist_is_an_error) {
  EXPECT_THROW((void)command_cost_ns({"false"}), std::runtime_error);
  EXPECT_THROW((void)command_cost_ns({"millrace-no-such-program"}), std::runtime_error);
  EXPECT_THROW((void)command_cost_ns({}), std::runtime_error);
}

}  // namespace
}  // namespace millrace::perf
