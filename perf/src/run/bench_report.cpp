#include "run/bench_report.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>

#include "process/cpu_time.hpp"
#include "results/trust.hpp"
#include "run/rate_search.hpp"
#include "workload/duration.hpp"

namespace millrace::perf {

namespace {

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
  std::array<char, 512> text{};
  va_list values;
  va_start(values, pattern);
  std::vsnprintf(text.data(), text.size(), pattern, values);
  va_end(values);
  return text.data();
}

/// 1234567 as "1,234,567".
std::string grouped(double number) {
  std::string text = format("%.0f", number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

bool is_stationary(const bench_report& report) { return report.plan.faults.empty(); }

/// "1.53 ms", with its interval; "-" where the run does not support it. With faults the run is what
/// was asked for, one event in it decides, and there is no interval to be had.
std::string shown(const bench_report& report, const latency_series& series, double percent,
                  bool with_interval) {
  const percentile_estimate seen = estimate_percentile(series, percent);
  if (series.all().count() == 0) return "-";
  if (!seen.is_supported()) return is_stationary(report) ? "-" : duration_text(seen.ns);
  if (!with_interval) return duration_text(seen.ns);
  return duration_text(seen.ns) + " [" + duration_text(seen.interval_ns->low) + " - " +
         duration_text(seen.interval_ns->high) + "]";
}

std::string latencies(const bench_report& report, const latency_series& series) {
  const percentile_estimate tail = estimate_percentile(series, 99);
  return format("%10s %10s %-32s %10s %10s %8s", shown(report, series, 50, false).c_str(),
                shown(report, series, 90, false).c_str(), shown(report, series, 99, true).c_str(),
                shown(report, series, 99.9, false).c_str(),
                duration_text(static_cast<double>(series.all().max())).c_str(),
                grouped(tail.effective).c_str());
}

std::string saturation(const load_result& result) {
  const std::string what =
      result.sends_saturated()
          ? grouped(result.offered_rate() - result.accepted_rate() -
                    static_cast<double>(result.throttled + result.failed) / result.seconds) +
                "/s were not taken in time"
          : grouped(result.accepted_rate() - result.delivered_rate()) + "/s stayed undelivered";
  return "  saturated: " + what + "; percentiles withheld\n";
}

std::string wrongs(const load_result& result) {
  const delivery_verdict& seen = result.verdict;
  std::string text;
  if (!seen.is_right()) {
    text += "  WRONG: " + grouped(static_cast<double>(seen.lost)) + " lost, " +
            grouped(static_cast<double>(seen.duplicated)) + " twice, " +
            grouped(static_cast<double>(seen.out_of_order)) + " out of order, " +
            grouped(static_cast<double>(seen.foreign)) + " foreign or altered\n";
  }
  if (!result.drained) text += "  not drained in time: nobody knows what is lost\n";
  if (result.throttled != 0) {
    text += format("  throttled: %.2f %%\n", result.throttled_percent());
  }
  if (result.errors != 0) {
    text +=
        "  errors: " + std::to_string(result.errors) + ", the first: " + result.first_error + "\n";
  }
  return text;
}

std::string contamination(const load_result& result) {
  std::size_t seconds = 0;
  double steal = 0, pressure = 0;
  for (const series_row& row : result.rows) {
    seconds += is_contaminated(row.noise, false) ? 1 : 0;
    steal = std::max(steal, row.noise.steal_percent);
    pressure = std::max(pressure, row.noise.pressure_percent);
  }
  if (seconds == 0) return "";
  return format("  contaminated: %zu of %zu seconds (steal to %.1f %%, pressure to %.0f %%)\n",
                seconds, result.rows.size(), steal, pressure);
}

}  // namespace

double measure_stamp_ns() {
  constexpr int rounds = 20'000;
  auto values = std::make_unique<latency_series>();
  values->record(0, 1);
  const std::uint64_t before = thread_cpu_ns();
  const std::uint64_t origin = monotonic_ns();
  for (int i = 0; i < rounds; ++i) values->record(0, monotonic_ns() - origin);
  return static_cast<double>(thread_cpu_ns() - before) / rounds;
}

double instrument_percent(const bench_report& report, const load_result& result) {
  const double stamps =
      static_cast<double>(result.send.all().count() + result.delivery.all().count());
  return result.seconds == 0 ? 0 : 100 * stamps * report.stamp_ns / (result.seconds * 1e9);
}

std::string text_head(const bench_report& report) {
  const bench_workload& plan = report.plan;
  std::string text = "target    " + report.target + "\n";
  text += "workload  " + plan.name + ": " + std::string(to_string(plan.service)) +
          format(
              ", %u topic(s), %u producer(s) and %u subscription(s) of %u consumer(s) each, "
              "%.0f bytes in the mean, seed %llu\n",
              plan.topics, plan.producers_per_topic, plan.subscriptions_per_topic,
              plan.consumers_per_subscription, plan.size.mean(),
              static_cast<unsigned long long>(report.seed));
  text += format(
      "clock     latency from the INTENDED send time, open loop; %.1f s a run after %.1f "
      "s; a stamp costs %.0f ns\n",
      plan.test_seconds, plan.warm_up_seconds, report.stamp_ns);
  for (const fault& each : plan.faults) text += "fault     " + to_text(each) + "\n";
  text += format("\n%10s %10s        %10s %10s %-32s %10s %10s %8s %9s  %s\n", "offered/s",
                 "achieved/s", "p50", "p90", "p99 [95 % interval]", "p99.9", "max", "ESS p99",
                 "lag p99", "lost/twice/disorder");
  return text;
}

std::string text_row(const bench_report& report, const load_result& result) {
  const delivery_verdict& seen = result.verdict;
  std::string text = format("%10s %10s ", grouped(result.offered_rate()).c_str(),
                            grouped(result.delivered_rate()).c_str());
  if (result.is_saturated()) {
    text += saturation(result);
  } else {
    text += "  e2e  " + latencies(report, result.delivery) +
            format(" %9s  %llu/%llu/%llu\n",
                   duration_text(static_cast<double>(result.lag.all().percentile(99))).c_str(),
                   static_cast<unsigned long long>(seen.lost),
                   static_cast<unsigned long long>(seen.duplicated),
                   static_cast<unsigned long long>(seen.out_of_order));
    text += format("%22s  send ", "") + latencies(report, result.send) + "\n";
  }
  text += wrongs(result);
  if (!result.is_saturated()) {
    for (const std::string& each : missed_objectives(report.plan, result)) {
      text += "  objective missed: " + each + "\n";
    }
  }
  if (result.backlog_seconds != 0) {
    text += format("  backlog: there after %.1f s, delivered %.1f s later\n",
                   result.backlog_seconds, result.backlog_drain_seconds);
  }
  if (instrument_percent(report, result) > 2) {
    text += format("  instrument: stamps took %.1f %% of the generator's core\n",
                   instrument_percent(report, result));
  }
  return text + contamination(result);
}

std::string text_end(const bench_report& report) {
  if (!report.searched) return "";
  if (report.max_rate == 0) return "\nno rate was borne\n";
  return "\nmost      " + grouped(report.max_rate) + " messages/s\n";
}

int exit_code(const bench_report& report) {
  bool any_good = false;
  for (const auto& each : report.results) {
    if (!each->verdict.is_right()) return 1;
    any_good |= !each->is_saturated() && each->failed == 0;
  }
  return any_good ? 0 : 3;
}

}  // namespace millrace::perf
