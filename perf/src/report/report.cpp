#include "report/report.hpp"

#include <cmath>

#include "report/charts.hpp"
#include "report/format.hpp"
#include "report/report_style.hpp"

namespace millrace::perf {

namespace {

std::string section(const std::string& name, const std::string& content) {
  return "<h2>" + escaped(name) + "</h2><div class=\"card\">" + content + "</div>\n";
}

std::string cell(const std::string& text) { return "<td>" + escaped(text) + "</td>"; }
std::string figure(const std::string& text) { return "<td class=\"n\">" + escaped(text) + "</td>"; }

std::string head(std::initializer_list<const char*> names, std::size_t texts) {
  std::string row = "<table><tr>";
  std::size_t column = 0;
  for (const char* name : names) {
    row += std::string(column++ < texts ? "<th>" : "<th class=\"n\">") + name + "</th>";
  }
  return row + "</tr>";
}

std::string verdict_box(const stored_run& run) {
  // The class is one of three words; anything else in a file is text, not markup.
  const std::string kind =
      run.verdict == "good" || run.verdict == "suspect" ? run.verdict : "invalid";
  std::string text = "<div class=\"verdict " + kind + "\"><b>" + escaped(run.verdict) + "</b> ";
  text += run.verdict == "good"      ? "These figures may be believed."
          : run.verdict == "suspect" ? "Treat these figures with care: something disturbed the run."
                                     : "Do not believe these figures.";
  for (const std::string& reason : run.reasons) text += "<p>" + escaped(reason) + "</p>";
  return text + "</div>\n";
}

std::string metrics_table(const stored_run& run) {
  std::string rows = head({"metric", "value", "interval of 95 %", "measurements"}, 1);
  for (const metric& each : run.metrics) {
    const bool has_interval = each.low && each.high;
    rows += "<tr>" + cell(each.name) + figure(value_text(each.value, each.unit)) +
            figure(has_interval ? value_text(*each.low, each.unit) + " to " +
                                      value_text(*each.high, each.unit)
                                : "") +
            figure(each.samples.empty() ? "" : std::to_string(each.samples.size())) + "</tr>";
  }
  return rows + "</table>";
}

std::string goals_table(const stored_run& run) {
  std::string rows = head({"goal", "", "reached", "wanted"}, 2);
  for (const goal& each : run.goals) {
    const bool met = is_met(each);
    rows += "<tr>" + cell(each.name) + (met ? "<td>met</td>" : "<td class=\"missed\">missed</td>") +
            figure(number_text(each.value)) +
            figure((each.relation == ">=" ? "≥ " : "≤ ") + number_text(each.bound)) + "</tr>";
  }
  return rows + "</table>";
}

std::string percentiles_text(const load_point& point) {
  if (!point.withheld.empty()) return "withheld: " + point.withheld;
  std::string text;
  for (const point_percentile& each : point.percentiles) {
    text += (text.empty() ? "" : " · ") + percentile_text(each.percent) + " " + time_text(each.ns);
    if (each.low_ns && each.high_ns) {
      text += " [" + time_text(*each.low_ns) + ", " + time_text(*each.high_ns) + "]";
    }
  }
  return text;
}

std::string points_table(const stored_run& run) {
  std::string rows = head({"series", "percentiles [interval of 95 %]", "offered", "achieved", "max",
                           "lost, twice, disorder"},
                          2);
  for (const load_point& each : run.points) {
    rows += "<tr>" + cell(each.series) + cell(percentiles_text(each)) +
            figure(number_text(each.offered_per_second)) +
            figure(number_text(each.achieved_per_second)) +
            figure(each.withheld.empty() ? time_text(each.max_ns) : "") +
            figure(std::to_string(each.lost) + ", " + std::to_string(each.duplicated) + ", " +
                   std::to_string(each.out_of_order)) +
            "</tr>";
  }
  return rows + "</table>";
}

std::string facts_table(const named_texts& facts) {
  std::string rows = "<table>";
  for (const auto& [name, value] : facts) {
    rows += "<tr>" + cell(name) + "<td><code>" + escaped(value) + "</code></td></tr>";
  }
  return rows + "</table>";
}

std::string disturbance_text(const stored_run& run) {
  std::string text =
      format("%.0f s; %.2f %% stolen; %.0f involuntary switches a second; ", run.observed.seconds,
             run.observed.steal_percent, run.observed.involuntary_switches_per_second);
  if (run.observed.has_pressure) {
    text +=
        format("%.1f %% of the time some task waited for a core; ", run.observed.pressure_percent);
  }
  text += format("clocks within %.1f %%.", run.observed.mhz_spread_percent);
  if (run.instrument) {
    text += format(" The instrument costs %.1f ns a message (%.1f %%), one stamp in %llu.",
                   run.instrument->ns_per_message, run.instrument->percent,
                   static_cast<unsigned long long>(run.instrument->stamped_one_in));
  }
  return text;
}

std::string charts_of(const stored_run& run) {
  std::string text;
  for (const auto& make :
       {latency_against_load, latency_by_percentile, latency_heat_maps, time_line}) {
    for (const chart& each : make(run)) {
      text += section(each.name, each.svg + "<p class=\"soft\">" + escaped(each.legend) + "</p>");
    }
  }
  return text;
}

}  // namespace

std::string report_html(const stored_run& run) {
  const std::string name = escaped(run.suite + " " + run.id);
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>" +
      name + "</title><style>" + report_style + "</style></head><body><main>\n";
  page += "<h1>" + escaped(run.suite) + "</h1><p class=\"soft\">" + escaped(run.id) +
          " · finished " + escaped(run.finished_at) + " · commit " + escaped(run.commit) +
          (run.modified ? " with changes" : "") + "</p>\n";
  page += verdict_box(run);
  page += "<p class=\"soft\">" + escaped(disturbance_text(run)) + "</p>\n";
  page += charts_of(run);
  if (!run.points.empty()) page += section("Loads", points_table(run));
  page += section("Metrics", metrics_table(run));
  if (!run.goals.empty()) page += section("Goals", goals_table(run));
  for (const std::string& note : run.notes) page += "<p>" + escaped(note) + "</p>\n";
  if (!run.parameters.empty()) page += section("Workload", facts_table(run.parameters));
  page += section("Machine and build",
                  facts_table(run.identity) + "<details><summary>not part of the key <code>" +
                      escaped(run.env_key.substr(0, 12)) + "</code></summary>" +
                      facts_table(run.surroundings) + "</details>");
  return page + "</main></body></html>\n";
}

}  // namespace millrace::perf
