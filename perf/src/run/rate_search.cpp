#include "run/rate_search.hpp"

#include <cmath>

namespace millrace::perf {

namespace {

bool is_missed(const objective& wanted, const load_result& result) {
  switch (wanted.measured) {
    case objective::what::throttled: return result.throttled_percent() >= wanted.limit;
    case objective::what::max:
      return static_cast<double>(result.delivery.all().max()) >= wanted.limit;
    case objective::what::percentile:
    case objective::what::send_percentile: break;
  }
  const bool of_send = wanted.measured == objective::what::send_percentile;
  const auto seen = estimate_percentile(of_send ? result.send : result.delivery, wanted.percent);
  return seen.ns >= wanted.limit;
}

}  // namespace

std::vector<std::string> missed_objectives(const bench_workload& plan, const load_result& result) {
  std::vector<std::string> missed;
  for (const objective& each : plan.objectives) {
    if (is_missed(each, result)) missed.push_back(each.text);
  }
  return missed;
}

bool is_borne(const bench_workload& plan, const load_result& result) {
  return !result.is_saturated() && result.failed == 0 && result.verdict.is_right() &&
         missed_objectives(plan, result).empty();
}

double find_max_rate(const bench_workload& plan, const search_limits& limits,
                     const run_at_rate& run) {
  double borne = 0;
  double unborne = 0;
  double rate = limits.first_rate;
  for (std::size_t i = 0; i < limits.rates_max; ++i) {
    // A miss may be the machine's: only a second one counts.
    const load_result* result = &run(rate);
    if (!is_borne(plan, *result) && result->verdict.is_right()) result = &run(rate);
    if (!result->verdict.is_right()) break;  // a quick wrong answer is none
    (is_borne(plan, *result) ? borne : unborne) = rate;
    if (borne != 0 && unborne != 0 && unborne <= borne * (1 + limits.precision)) break;
    rate = unborne == 0 ? borne * 2 : borne == 0 ? unborne / 4 : std::sqrt(borne * unborne);
  }
  return borne;
}

}  // namespace millrace::perf
