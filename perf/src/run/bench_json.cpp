// The JSON of a bench report: every figure of the text, the series by second, the intervals.

#include <nlohmann/json.hpp>

#include "results/trust.hpp"
#include "run/bench_report.hpp"
#include "run/rate_search.hpp"

namespace millrace::perf {

namespace {

using nlohmann::json;

/// A percentile is null where the run does not support it, and `effective` says why.
json percentiles_json(const bench_report& report, const latency_series& series) {
  json all = json::array();
  for (const double percent : {50.0, 90.0, 95.0, 99.0, 99.9, 99.99}) {
    const percentile_estimate seen = estimate_percentile(series, percent);
    json one = {{"percent", percent}, {"ns", nullptr}, {"effective", seen.effective}};
    if (seen.is_supported() || !report.plan.faults.empty()) one["ns"] = seen.ns;
    if (seen.interval_ns) one["interval_95"] = {seen.interval_ns->low, seen.interval_ns->high};
    all.push_back(one);
  }
  return all;
}

json latency_json(const bench_report& report, const latency_series& series, bool withheld) {
  const histogram all = series.all();
  json made = {{"count", all.count()}};
  if (withheld || all.count() == 0) return made;
  made["min_ns"] = all.min();
  made["mean_ns"] = all.mean();
  made["max_ns"] = all.max();
  made["percentiles"] = percentiles_json(report, series);
  return made;
}

json series_json(const load_result& result) {
  json rows = json::array();
  for (const series_row& row : result.rows) {
    const second_counts& did = row.counts;
    if (did.offered + did.sent + did.done == 0) continue;
    rows.push_back({{"at_s", row.at_s},
                    {"offered", did.offered},
                    {"accepted", did.sent},
                    {"delivered", did.done},
                    {"backlog", did.backlog}});
  }
  return rows;
}

json noise_json(const load_result& result) {
  json rows = json::array();
  for (const series_row& second : result.rows) {
    const disturbance& each = second.noise;
    json row = {{"at_s", second.at_s},
                {"seconds", each.seconds},
                {"steal_percent", each.steal_percent},
                {"involuntary_switches_per_second", each.involuntary_switches_per_second},
                {"mhz_spread_percent", each.mhz_spread_percent},
                {"contaminated", is_contaminated(each, false)}};
    row["pressure_percent"] = each.has_pressure ? json(each.pressure_percent) : json();
    rows.push_back(row);
  }
  return rows;
}

json result_json(const bench_report& report, const load_result& result) {
  const delivery_verdict& seen = result.verdict;
  return {
      {"rate", result.rate},
      {"seconds", result.seconds},
      {"offered_per_second", result.offered_rate()},
      {"accepted_per_second", result.accepted_rate()},
      {"delivered_per_second", result.delivered_rate()},
      {"saturated", result.is_saturated()},
      {"cut_short", result.cut_short},
      {"drained", result.drained},
      {"never_sent", result.never_sent},
      {"throttled", result.throttled},
      {"failed", result.failed},
      {"errors", result.errors},
      {"first_error", result.first_error},
      {"accepted", seen.accepted},
      {"delivered", seen.delivered},
      {"lost", result.drained ? json(seen.lost) : json()},
      {"duplicated", seen.duplicated},
      {"out_of_order", seen.out_of_order},
      {"foreign", seen.foreign},
      {"end_to_end", latency_json(report, result.delivery, result.is_saturated())},
      {"send", latency_json(report, result.send, result.is_saturated())},
      {"generator",
       {{"busy", result.generator_busy},
        {"lag_p99_ns", result.lag.all().percentile(99)},
        {"lag_max_ns", result.lag.all().max()},
        {"instrument_percent", instrument_percent(report, result)}}},
      {"backlog_seconds", result.backlog_seconds},
      {"backlog_drain_seconds", result.backlog_drain_seconds},
      {"objectives_missed", missed_objectives(report.plan, result)},
      {"series", series_json(result)},
      {"noise", noise_json(result)},
  };
}

}  // namespace

std::string report_json(const bench_report& report) {
  json results = json::array();
  for (const auto& each : report.results) results.push_back(result_json(report, *each));
  json faults = json::array();
  for (const fault& each : report.plan.faults) faults.push_back(to_text(each));
  json made = {{"schema", "millrace.bench/1"},
               {"workload", report.plan.name},
               {"service", to_string(report.plan.service)},
               {"target", report.target},
               {"seed", report.seed},
               {"stamp_ns", report.stamp_ns},
               {"faults", faults},
               {"exit_code", exit_code(report)},
               {"results", results}};
  if (report.searched) made["max_rate"] = report.max_rate;
  return made.dump(2) + "\n";
}

}  // namespace millrace::perf
