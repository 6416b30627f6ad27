// The rules of MEASURE 4b, one line each.

#include "results/trust.hpp"

#include <cstdio>

namespace millrace::perf {

namespace {

std::string sentence(const char* what, double seen, double allowed) {
  char text[160];
  std::snprintf(text, sizeof text, "%s: %.2f, allowed %.2f", what, seen, allowed);
  return text;
}

class collector {
 public:
  void invalid(bool broken, std::string why) { add(broken, trust::invalid, std::move(why)); }
  void suspect(bool broken, std::string why) { add(broken, trust::suspect, std::move(why)); }
  trust_verdict result;

 private:
  void add(bool broken, trust worst, std::string why) {
    if (!broken) return;
    if (worst > result.value) result.value = worst;
    result.reasons.push_back(std::move(why));
  }
};

}  // namespace

const char* to_string(trust value) noexcept {
  switch (value) {
    case trust::good: return "good";
    case trust::suspect: return "suspect";
    case trust::invalid: return "invalid";
  }
  return "invalid";
}

bool is_contaminated(const disturbance& seen, bool pinned_threads) noexcept {
  using namespace disturbance_limit;
  return seen.steal_percent > steal_percent ||
         (seen.has_pressure && seen.pressure_percent > pressure_percent) ||
         (pinned_threads && seen.involuntary_switches_per_second > involuntary_switches_per_second);
}

trust_verdict judge(const disturbance& seen, const run_facts& facts) {
  collector rules;
  rules.invalid(seen.steal_percent > disturbance_limit::steal_percent,
                sentence("percent of processor time stolen", seen.steal_percent,
                         disturbance_limit::steal_percent));
  if (facts.offered_per_second && facts.achieved_per_second) {
    const double share = *facts.achieved_per_second / *facts.offered_per_second * 100;
    rules.invalid(!(share >= 99), sentence("percent of the offered rate achieved", share, 99));
  }
  rules.invalid(facts.lost != 0, "lost messages: " + std::to_string(facts.lost));
  rules.invalid(facts.duplicated != 0, "duplicated messages: " + std::to_string(facts.duplicated));
  rules.invalid(facts.out_of_order != 0,
                "messages out of order: " + std::to_string(facts.out_of_order));
  rules.invalid(facts.debug_build, "built without optimisation or with a sanitizer");
  rules.invalid(facts.limited_by_generator, "the load generator was the limit");
  rules.suspect(seen.has_pressure && seen.pressure_percent > disturbance_limit::pressure_percent,
                sentence("percent of time some task waited for a core", seen.pressure_percent,
                         disturbance_limit::pressure_percent));
  const double switches = seen.involuntary_switches_per_second;
  rules.suspect(
      facts.pinned_threads && switches > disturbance_limit::involuntary_switches_per_second,
      sentence("interruptions of pinned threads a second", switches,
               disturbance_limit::involuntary_switches_per_second));
  rules.suspect(seen.mhz_spread_percent > 5,
                sentence("percent between core clocks", seen.mhz_spread_percent, 5));
  if (facts.ci_half_width_percent) {
    rules.suspect(*facts.ci_half_width_percent > 10,
                  sentence("percent half interval", *facts.ci_half_width_percent, 10));
  }
  return rules.result;
}

}  // namespace millrace::perf
