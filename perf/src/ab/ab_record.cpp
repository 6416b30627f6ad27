#include "ab/ab_record.hpp"

#include <algorithm>

#include "report/format.hpp"
#include "stats/samples.hpp"

namespace millrace::perf {

namespace {

metric side_metric(const std::string& name, const std::string& unit,
                   const std::vector<double>& samples) {
  const interval bounds = median_interval(samples);
  return {.name = name,
          .value = median(samples),
          .unit = unit,
          .direction = better::lower,
          .low = bounds.low,
          .high = bounds.high,
          .samples = samples};
}

std::string cost_text(const ab_row& row, const std::vector<double>& costs) {
  const double middle = median(costs);  // of instructions the row's name says what they are
  return row.measure == ab_measure::instructions ? number_text(middle)
                                                 : value_text(middle, row.unit);
}

std::string certainty_text(const ab_row& row) {
  if (row.measure == ab_measure::instructions) {
    return format("%-18s %7s %7.1f%%", "exact", "", row.result.detectable_percent);
  }
  const ab_result& seen = row.result;
  return format("[%+6.2f, %+6.2f] %% %7.4f %7.1f%%", seen.low_percent, seen.high_percent, seen.p,
                seen.detectable_percent);
}

}  // namespace

void add_row(run_record& record, const ab_row& row) {
  const ab_result& seen = row.result;
  record.add_metric(side_metric(row.name + ".base", row.unit, seen.a));
  record.add_metric(side_metric(row.name + ".head", row.unit, seen.b));
  record.add_metric({.name = row.name + ".change",
                     .value = seen.change_percent,
                     .unit = "percent",
                     .direction = better::lower,
                     .low = seen.low_percent,
                     .high = seen.high_percent});
  if (row.measure == ab_measure::cpu_time) {
    record.add_metric({.name = row.name + ".p", .value = seen.p, .unit = "probability"});
    record.add_metric(
        {.name = row.name + ".detectable", .value = seen.detectable_percent, .unit = "percent"});
  }
  const bool regressed = seen.verdict == ab_verdict::b_costs_more;
  record.add_goal({.name = row.name + ".regressions",
                   .value = regressed ? 1.0 : 0.0,
                   .relation = "<=",
                   .bound = 0});
  const std::string found = row.name + ": " + to_string(seen.verdict);
  record.add_note(row.measure == ab_measure::instructions
                      ? found + ", counted exactly."
                      : found + format(", %zu pairs measured again, %zu blocks kept although "
                                       "disturbed.",
                                       row.pairs_again, row.contaminated_blocks));
}

std::string ab_text(const ab_report& report) {
  std::string text = format("%-46s %10s %10s %9s  %-18s %7s %8s  verdict\n", "medians", "base",
                            "head", "change", "interval of 95 %", "p", "can find");
  for (const ab_row& row : report.rows) {
    text +=
        format("%-46s %10s %10s %+8.2f%%  ", row.name.c_str(), cost_text(row, row.result.a).c_str(),
               cost_text(row, row.result.b).c_str(), row.result.change_percent);
    text += certainty_text(row) + "  " + to_string(row.result.verdict) + "\n";
  }
  for (const ab_row& row : report.rows) {
    if (row.pairs_again == 0 && row.contaminated_blocks == 0) continue;
    text += format("%s: %zu pairs measured again, %zu of %zu blocks kept although disturbed\n",
                   row.name.c_str(), row.pairs_again, row.contaminated_blocks,
                   row.result.a.size() + row.result.b.size());
  }
  for (const std::string& each : report.not_measured) text += "not measured: " + each + "\n";
  return text;
}

int exit_code(const ab_report& report, const trust_verdict& judged) noexcept {
  if (judged.value == trust::invalid) return 3;
  return std::any_of(
             report.rows.begin(), report.rows.end(),
             [](const ab_row& row) { return row.result.verdict == ab_verdict::b_costs_more; })
             ? 1
             : 0;
}

}  // namespace millrace::perf
