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
  record.add_metric({.name = row.name + ".p", .value = seen.p, .unit = "probability"});
  record.add_metric(
      {.name = row.name + ".detectable", .value = seen.detectable_percent, .unit = "percent"});
  const bool regressed = seen.verdict == ab_verdict::b_costs_more;
  record.add_goal({.name = row.name + ".regressions",
                   .value = regressed ? 1.0 : 0.0,
                   .relation = "<=",
                   .bound = 0});
  record.add_note(row.name + ": " + to_string(seen.verdict) +
                  format(", %zu pairs measured again, %zu blocks kept although disturbed.",
                         row.pairs_again, row.contaminated_blocks));
}

std::string ab_text(const std::vector<ab_row>& rows) {
  std::string text = format("%-32s %12s %12s %9s  %-18s %7s %8s  verdict\n", "CPU time, medians",
                            "base", "head", "change", "interval of 95 %", "p", "can find");
  for (const ab_row& row : rows) {
    const ab_result& seen = row.result;
    text +=
        format("%-32s %12s %12s %+8.2f%%  [%+6.2f, %+6.2f] %% %7.4f %7.1f%%  %s\n",
               row.name.c_str(), value_text(median(seen.a), row.unit).c_str(),
               value_text(median(seen.b), row.unit).c_str(), seen.change_percent, seen.low_percent,
               seen.high_percent, seen.p, seen.detectable_percent, to_string(seen.verdict));
  }
  for (const ab_row& row : rows) {
    if (row.pairs_again == 0 && row.contaminated_blocks == 0) continue;
    text += format("%s: %zu pairs measured again, %zu of %zu blocks kept although disturbed\n",
                   row.name.c_str(), row.pairs_again, row.contaminated_blocks,
                   row.result.a.size() + row.result.b.size());
  }
  return text;
}

bool has_regression(const std::vector<ab_row>& rows) noexcept {
  return std::any_of(rows.begin(), rows.end(), [](const ab_row& row) {
    return row.result.verdict == ab_verdict::b_costs_more;
  });
}

}  // namespace millrace::perf
