// The JSON of `millrace ab`, by results/ab.schema.json.

#include <cmath>
#include <nlohmann/json.hpp>

#include "ab/ab_record.hpp"
#include "ab/instruction_suite.hpp"
#include "stats/samples.hpp"

namespace millrace::perf {

namespace {

using json = nlohmann::ordered_json;

const char* word(ab_verdict verdict) noexcept {
  switch (verdict) {
    case ab_verdict::no_change_found: return "no_change_found";
    case ab_verdict::b_costs_less: return "better";
    case ab_verdict::b_costs_more: return "regression";
  }
  return "no_change_found";
}

json side_json(const std::vector<double>& costs) {
  return {{"median", median(costs)}, {"measurements", costs}};
}

json rule_json(const ab_options& rule) {
  return {{"pairs", rule.pairs},
          {"p_max", rule.p_max},
          {"median_percent_min", rule.median_percent_min},
          {"instructions_percent_min", instructions_percent_min}};
}

json row_json(const ab_row& row) {
  const ab_result& seen = row.result;
  const bool exact = row.measure == ab_measure::instructions;
  json made = {{"name", row.name},
               {"measure", exact ? "instructions" : "cpu_time"},
               {"unit", row.unit},
               {"base", side_json(seen.a)},
               {"head", side_json(seen.b)},
               {"change_percent", seen.change_percent},
               {"verdict", word(seen.verdict)},
               {"confirmed", row.confirmed},
               {"exact", exact}};
  if (exact) return made;
  made["interval_95_percent"] = {seen.low_percent, seen.high_percent};
  made["p"] = seen.p;
  made["detectable_percent"] =
      std::isfinite(seen.detectable_percent) ? json(seen.detectable_percent) : json();
  made["pairs_again"] = row.pairs_again;
  made["blocks_disturbed"] = row.contaminated_blocks;
  return made;
}

}  // namespace

std::string ab_json(const ab_report& report, const trust_verdict& trust,
                    const std::string& record_id) {
  json rows = json::array();
  for (const ab_row& row : report.rows) rows.push_back(row_json(row));
  const json made = {{"schema", "millrace.ab/1"},
                     {"suite", report.suite},
                     {"rule", rule_json(report.rule)},
                     {"rows", rows},
                     {"not_measured", report.not_measured},
                     {"trust", {{"verdict", to_string(trust.value)}, {"reasons", trust.reasons}}},
                     {"record", record_id.empty() ? json() : json(record_id)},
                     {"exit_code", exit_code(report, trust)}};
  return made.dump(1) + "\n";
}

std::string calibration_json(const calibration& seen, const ab_options& rule) {
  const json made = {
      {"schema", "millrace.ab_calibration/1"},
      {"rule", rule_json(rule)},
      {"comparisons", seen.comparisons},
      {"false_alarms", seen.false_alarms},
      {"false_alarms_percent_max", 100 * wilson_high(seen.false_alarms, seen.comparisons)},
      {"found", seen.found},
      {"found_percent_min", 100 * wilson_low(seen.found, seen.comparisons)},
      {"quiet", seen.quiet},
      {"quiet_found", seen.quiet_found},
      {"good", seen.is_good()}};
  return made.dump(1) + "\n";
}

}  // namespace millrace::perf
