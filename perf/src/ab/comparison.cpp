// The rule and its power; running of commands is in command_cost.cpp.

#include "ab/comparison.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "process/cpu_time.hpp"
#include "stats/samples.hpp"

namespace millrace::perf {

namespace {

ab_verdict apply_rule(double change_percent, double p, const ab_options& options) {
  if (p >= options.p_max) return ab_verdict::no_change_found;
  if (std::abs(change_percent) <= options.median_percent_min) return ab_verdict::no_change_found;
  return change_percent > 0 ? ab_verdict::b_costs_more : ab_verdict::b_costs_less;
}

double change_percent(std::span<const double> a, std::span<const double> b) {
  const double base = median({a.begin(), a.end()});
  return 100 * (median({b.begin(), b.end()}) / base - 1);
}

/// Share of experiments of `size` measurements a side, drawn from `noise`, in which the rule finds
/// that b costs `percent` more.
double power(std::span<const double> noise, std::size_t size, double percent,
             const ab_options& options) {
  constexpr int experiments = 200;
  sample_generator random(7);
  int found = 0;
  for (int i = 0; i < experiments; ++i) {
    const std::vector<double> a = resample(noise, size, random);
    std::vector<double> b = resample(noise, size, random);
    for (double& value : b) value *= 1 + percent / 100;
    const double p = mann_whitney_p(a, b);
    found += apply_rule(change_percent(a, b), p, options) == ab_verdict::b_costs_more;
  }
  return static_cast<double>(found) / experiments;
}

/// Smallest change found in 80 % of experiments, by bisection over 0..200 %.
double detectable(const ab_result& result, const ab_options& options) {
  constexpr double wanted = 0.8;
  std::vector<double> noise;  // both sides about their own medians: the noise without the change
  for (const auto* side : {&result.a, &result.b}) {
    const double middle = median(*side);
    for (const double value : *side) noise.push_back(value / middle);
  }
  const std::size_t size = result.a.size();
  double low = 0, high = 200;
  if (power(noise, size, high, options) < wanted) return std::numeric_limits<double>::infinity();
  for (int step = 0; step < 11; ++step) {
    const double middle = (low + high) / 2;
    (power(noise, size, middle, options) < wanted ? low : high) = middle;
  }
  return high;
}

}  // namespace

const char* to_string(ab_verdict verdict) noexcept {
  switch (verdict) {
    case ab_verdict::no_change_found: return "no change found";
    case ab_verdict::b_costs_less: return "better";
    case ab_verdict::b_costs_more: return "REGRESSION";
  }
  return "no change found";
}

ab_result judge_ab(std::vector<double> a, std::vector<double> b, const ab_options& options) {
  ab_result result;
  result.a = std::move(a);
  result.b = std::move(b);
  result.p = mann_whitney_p(result.a, result.b);
  result.change_percent = change_percent(result.a, result.b);
  result.verdict = apply_rule(result.change_percent, result.p, options);
  sample_generator random(3);
  std::vector<double> changes;
  for (int i = 0; i < 1000; ++i) {
    changes.push_back(change_percent(resample(result.a, result.a.size(), random),
                                     resample(result.b, result.b.size(), random)));
  }
  result.low_percent = quantile(changes, 0.025);
  result.high_percent = quantile(changes, 0.975);
  result.detectable_percent = detectable(result, options);
  return result;
}

ab_result run_ab(const std::function<double()>& a, const std::function<double()>& b,
                 const ab_options& options) {
  (void)a();
  (void)b();
  std::vector<double> costs_a, costs_b;
  for (int pair = 0; pair < options.pairs; ++pair) {
    const bool a_first = pair % 2 == 0;
    if (a_first) costs_a.push_back(a());
    costs_b.push_back(b());
    if (!a_first) costs_a.push_back(a());
  }
  return judge_ab(std::move(costs_a), std::move(costs_b), options);
}

double thread_cost_ns(const std::function<void()>& work) {
  const std::uint64_t before = thread_cpu_ns();
  work();
  return static_cast<double>(thread_cpu_ns() - before);
}

std::string describe(const ab_result& result, const std::string& name) {
  std::array<char, 256> line{};
  std::snprintf(line.data(), line.size(),
                "%-24s %14.0f %14.0f  %+6.2f %%  [%+.2f %+.2f]  p %.4f  %s (can detect >= %.1f %%)",
                name.c_str(), median(result.a), median(result.b), result.change_percent,
                result.low_percent, result.high_percent, result.p, to_string(result.verdict),
                result.detectable_percent);
  return line.data();
}

}  // namespace millrace::perf
