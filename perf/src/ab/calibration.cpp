// The built-in work mixes arithmetic with reads that miss the first cache, and takes about 3 ms.

#include "ab/calibration.hpp"

#include <cmath>
#include <vector>

#include "report/format.hpp"
#include "stats/samples.hpp"

namespace millrace::perf {

namespace {

constexpr std::size_t rounds = 500'000;
constexpr double slowdown = 1.10;
constexpr std::size_t words = 1u << 15;  // 256 KiB

class built_in_work {
 public:
  built_in_work() : table_(words) {
    sample_generator random(3);
    for (std::uint64_t& each : table_) each = random.next();
  }
  void run(std::size_t count) noexcept {
    std::uint64_t at = seen_;
    for (std::size_t i = 0; i < count; ++i) {
      at = at * 0x9e3779b97f4a7c15u + table_[at >> 49];
    }
    seen_ = at;
  }

 private:
  std::vector<std::uint64_t> table_;
  std::uint64_t seen_ = 1;  // what comes out goes in again, so the work cannot be left out
};

/// Centre and half width of the Wilson interval.
std::pair<double, double> wilson(std::size_t found, std::size_t all) {
  constexpr double z = 1.959964;
  const auto n = static_cast<double>(all);
  const double share = static_cast<double>(found) / n, scale = 1 + z * z / n;
  const double half = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return {(share + z * z / (2 * n)) / scale, half / scale};
}

}  // namespace

bool calibration::is_good() const noexcept {
  return false_alarms * 100 <= comparisons && found * 10 >= comparisons * 9;
}

ab_result confirmed_ab(const std::function<ab_result()>& measure) {
  ab_result first = measure();
  if (first.verdict == ab_verdict::no_change_found) return first;
  ab_result second = measure();
  if (second.verdict != first.verdict) second.verdict = ab_verdict::no_change_found;
  return second;
}

calibration calibrate(std::size_t comparisons, const ab_options& options,
                      const std::function<void(std::size_t)>& progress) {
  built_in_work work;
  const auto cost = [&](double factor) {
    return thread_cost_ns([&] { work.run(static_cast<std::size_t>(rounds * factor)); });
  };
  const auto compare = [&](double factor) {
    return confirmed_ab(
        [&] { return run_ab([&] { return cost(1); }, [&] { return cost(factor); }, options); });
  };
  calibration seen;
  while (seen.comparisons < comparisons) {
    seen.false_alarms += compare(1).verdict != ab_verdict::no_change_found;
    const ab_result slowed = compare(slowdown);
    const bool found = slowed.verdict == ab_verdict::b_costs_more;
    const bool quiet =
        slowed.high_percent - slowed.low_percent <= calibration::quiet_interval_percent;
    seen.found += found;
    seen.quiet += quiet;
    seen.quiet_found += quiet && found;
    ++seen.comparisons;
    progress(seen.comparisons);
  }
  return seen;
}

double wilson_high(std::size_t found, std::size_t all) {
  if (all == 0) return 1;
  const auto [centre, half] = wilson(found, all);
  return centre + half;
}

double wilson_low(std::size_t found, std::size_t all) {
  if (all == 0) return 0;
  const auto [centre, half] = wilson(found, all);
  return centre - half;
}

std::string calibration_text(const calibration& seen) {
  return format(
      "A against A         %zu false alarms in %zu comparisons (at most %.1f %% of all)\n"
      "10 %% more work      found in %zu of %zu (at least %.1f %% of all)\n"
      "without much noise  %zu of %zu\n"
      "this machine %s a gate of 3 %% now\n",
      seen.false_alarms, seen.comparisons, 100 * wilson_high(seen.false_alarms, seen.comparisons),
      seen.found, seen.comparisons, 100 * wilson_low(seen.found, seen.comparisons),
      seen.quiet_found, seen.quiet, seen.is_good() ? "carries" : "DOES NOT CARRY");
}

}  // namespace millrace::perf
