// What workloads are made of: arrivals, distributions, faults, objectives, bodies.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "workload/arrivals.hpp"
#include "workload/distribution.hpp"
#include "workload/duration.hpp"
#include "workload/fault.hpp"
#include "workload/payload.hpp"
#include "workload/workload.hpp"

namespace millrace::perf {
namespace {

std::vector<double> offsets(const char* rule, double rate, std::size_t count) {
  arrival_process arrivals(parse_arrivals(rule), rate, 7);
  std::vector<double> all(count);
  for (double& each : all) each = static_cast<double>(arrivals.next());
  return all;
}

TEST(duration, units_and_their_refusal) {
  EXPECT_EQ(parse_duration_ns("250us"), 250'000u);
  EXPECT_EQ(parse_duration_ns("1.5m"), 90'000'000'000u);
  EXPECT_EQ(parse_duration_ns("0s"), 0u);
  for (const char* wrong : {"", "5", "ms", "5 ms", "-1s", "5sec", "1e3s", "31000h", "1..2s"}) {
    EXPECT_THROW((void)parse_duration_ns(wrong), std::runtime_error) << wrong;
  }
  EXPECT_EQ(duration_text(1'534'000), "1.53 ms");
  EXPECT_EQ(duration_text(999), "999 ns");
  EXPECT_EQ(duration_text(1'960'000'000), "1.96 s");
  EXPECT_EQ(duration_text(0), "0 ns");
}

TEST(arrivals, constant_ones_do_not_drift) {
  const auto at = offsets("constant", 3, 3'000'001);
  EXPECT_NEAR(at.back(), 1e15, 1);
  EXPECT_NEAR(at[1], 1e9 / 3, 1);
}

TEST(arrivals, poisson_gaps_have_the_mean_and_deviation_of_exponential_ones) {
  const auto at = offsets("poisson", 1000, 200'001);
  double sum = 0, squares = 0;
  for (std::size_t i = 1; i < at.size(); ++i) {
    sum += at[i] - at[i - 1];
    squares += (at[i] - at[i - 1]) * (at[i] - at[i - 1]);
  }
  const double mean = sum / 200'000;
  EXPECT_NEAR(mean, 1e6, 1e4);
  EXPECT_NEAR(std::sqrt(squares / 200'000 - mean * mean) / mean, 1, 0.02);
}

TEST(arrivals, bursts_keep_the_mean_rate_and_rest_while_off) {
  const auto at = offsets("bursts:100ms:300ms", 1000, 4001);
  EXPECT_NEAR(at.back(), 4e9, 1e6);
  for (const double each : at) EXPECT_LT(std::fmod(each, 4e8), 1e8 + 1);
}

TEST(arrivals, a_rule_that_is_none_is_refused) {
  for (const char* wrong : {"", "Poisson", "bursts", "bursts:1s", "bursts:0s:1s", "bursts::1s"}) {
    EXPECT_THROW((void)parse_arrivals(wrong), std::runtime_error) << wrong;
  }
}

TEST(distribution, zipf_draws_fall_with_the_rank) {
  auto keys = parse_keys("zipf:1.0:1000");
  sample_generator random(1);
  std::array<double, 1000> counts{};
  for (int i = 0; i < 1'000'000; ++i) counts[keys.draw(random)] += 1;
  EXPECT_NEAR(counts[0] / 1e6, 1 / 7.48547, 0.002);  // 1 / H(1000)
  EXPECT_NEAR(counts[0] / counts[9], 10, 0.7);
}

TEST(distribution, bounds_and_means_are_kept) {
  sample_generator random(1);
  auto sizes = parse_sizes("uniform:100:200");
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto drawn = sizes.draw(random);
    ASSERT_TRUE(drawn >= 100 && drawn <= 200);
    sum += static_cast<double>(drawn);
  }
  EXPECT_NEAR(sum / 1e5, sizes.mean(), 0.5);
  auto times = parse_times("exponential:1ms");
  sum = 0;
  for (int i = 0; i < 100'000; ++i) sum += static_cast<double>(times.draw(random));
  EXPECT_NEAR(sum / 1e5, 1e6, 2e4);
  auto skewed = parse_sizes("zipf:1.2:24:1000");
  sum = 0;
  for (int i = 0; i < 100'000; ++i) sum += static_cast<double>(skewed.draw(random));
  EXPECT_NEAR(sum / 1e5, skewed.mean(), 2);
  auto turns = parse_keys("roundRobin:3");
  for (const std::uint64_t expected : {0, 1, 2, 0}) EXPECT_EQ(turns.draw(random), expected);
}

TEST(distribution, what_is_none_is_refused) {
  for (const char* wrong : {"", "many", "uniform:5", "uniform:9:5", "zipf:1:2", "zipf:99:1:5",
                            "zipf:1:1:9999999", "-4", "1.5"}) {
    EXPECT_THROW((void)parse_sizes(wrong), std::runtime_error) << wrong;
  }
  for (const char* wrong : {"", "uniform:0", "zipf:1", "uniform:99999999", "uniform:2:3"}) {
    EXPECT_THROW((void)parse_keys(wrong), std::runtime_error) << wrong;
  }
}

TEST(fault, a_line_says_when_how_long_and_who) {
  const fault one = parse_fault("at 5s stall 2s of consumers");
  EXPECT_EQ(one.at_ns, 5'000'000'000u);
  EXPECT_EQ(one.length_ns, 2'000'000'000u);
  EXPECT_EQ(one.whom, fault::victim::consumers);
  EXPECT_EQ(parse_fault("at 5s stall 200ms").whom, fault::victim::server);
  EXPECT_EQ(to_text(parse_fault("at 5s stall 200ms server")), "at 5.00 s stall 200 ms server");
  for (const char* wrong : {"", "stall 2s", "at 5s stall 2s moon", "at 5s kill 2s server"}) {
    EXPECT_THROW((void)parse_fault(wrong), std::runtime_error) << wrong;
  }
}

TEST(objective, names_and_limits) {
  const auto all = parse_objectives("p99<5ms,send.p99.9<20ms,max<1s,throttled<0.1%");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].limit, 5e6);
  EXPECT_EQ(all[1].measured, objective::what::send_percentile);
  EXPECT_EQ(all[1].percent, 99.9);
  EXPECT_EQ(all[3].limit, 0.1);
  for (const char* wrong : {"", "p99", "p99<5", "p100<5ms", "q9<5ms", "throttled<5ms", "max<1s,"}) {
    EXPECT_THROW((void)parse_objectives(wrong), std::runtime_error) << wrong;
  }
}

TEST(payload, a_body_is_known_again_and_a_changed_one_is_not) {
  bench_workload plan;
  plan.size = parse_sizes("uniform:24:500");
  plan.randomized_payloads = true;
  plan.random_bytes_ratio = 0.5;
  plan.payload_pool_size = 3;
  const payload_pool pool(plan, 1, 77);
  std::string body(300, ' ');
  pool.write(body, {.sequence = 123'456'789'012, .intended_ns = 987'654'321, .key = 4321});
  const auto head = pool.read(body);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->sequence, 123'456'789'012u);
  EXPECT_EQ(head->intended_ns, 987'654'321u);
  EXPECT_EQ(head->key, 4321u);
  EXPECT_TRUE(pool.is_intact(body, head->sequence));
  body.back() ^= 1;
  EXPECT_FALSE(pool.is_intact(body, head->sequence));
  EXPECT_FALSE(payload_pool(plan, 1, 78).read(body));  // another run's
  EXPECT_FALSE(pool.read("short"));
  body[3] = '"';
  EXPECT_FALSE(pool.read(body));
}

TEST(workload, contradictions_are_refused) {
  const auto refused = [](auto change) {
    bench_workload plan = make_preset("queue");
    change(plan);
    EXPECT_THROW(check(plan), std::runtime_error);
  };
  EXPECT_NO_THROW(check(make_preset("queue")));
  refused([](auto& plan) { plan.size = distribution(23); });
  refused([](auto& plan) { plan.subscriptions_per_topic = 2; });
  refused([](auto& plan) { plan.service = service_kind::fifo; });
  refused([](auto& plan) { plan.faults = {parse_fault("at 2s stall 2s")}; });
  refused([](auto& plan) { plan.topics = 0; });
  refused([](auto& plan) { plan.randomized_payloads = true; });
  EXPECT_THROW((void)make_preset("kwueue"), std::runtime_error);
}

}  // namespace
}  // namespace millrace::perf
