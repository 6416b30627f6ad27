// Both forms are made from the same rows, so that they cannot differ.

#include "results/run_export.hpp"

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

namespace millrace::perf {

namespace {

using json = nlohmann::ordered_json;
using add_row = std::function<void(json)>;

json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }
json number(const std::optional<double>& value) { return value ? number(*value) : json(nullptr); }

void add_metrics(const stored_run& run, const add_row& add) {
  for (const metric& each : run.metrics) {
    add({{"id", run.id},
         {"suite", run.suite},
         {"commit", run.commit},
         {"env_key", run.env_key},
         {"trust", run.verdict},
         {"metric", each.name},
         {"value", number(each.value)},
         {"unit", each.unit},
         {"low", number(each.low)},
         {"high", number(each.high)},
         {"samples", each.samples.size()}});
  }
}

json point_row(const stored_run& run, const load_point& point, const point_percentile* at) {
  return {{"id", run.id},
          {"trust", run.verdict},
          {"series", point.series},
          {"offered_per_second", number(point.offered_per_second)},
          {"achieved_per_second", number(point.achieved_per_second)},
          {"withheld", point.withheld},
          {"percent", at == nullptr ? json(nullptr) : number(at->percent)},
          {"ns", at == nullptr ? json(nullptr) : number(at->ns)},
          {"low_ns", at == nullptr ? json(nullptr) : number(at->low_ns)},
          {"high_ns", at == nullptr ? json(nullptr) : number(at->high_ns)},
          {"effective", at == nullptr ? json(nullptr) : number(at->effective)},
          {"samples", point.samples}};
}

void add_points(const stored_run& run, const add_row& add) {
  for (const load_point& point : run.points) {
    if (point.percentiles.empty()) add(point_row(run, point, nullptr));
    for (const point_percentile& each : point.percentiles) add(point_row(run, point, &each));
  }
}

void add_series(const stored_run& run, const add_row& add) {
  for (const series_row& row : run.seconds) {
    const second_counts& did = row.counts;
    const disturbance& noise = row.noise;
    add({{"id", run.id},
         {"at_s", row.at_s},
         {"offered", did.offered},
         {"sent", did.sent},
         {"done", did.done},
         {"backlog", did.backlog},
         {"p50_ns", did.p50_ns},
         {"p99_ns", did.p99_ns},
         {"schedule_lag_p99_ns", did.schedule_lag_p99_ns},
         {"steal_percent", noise.steal_percent},
         {"pressure_percent", noise.pressure_percent},
         {"involuntary_switches_per_second", noise.involuntary_switches_per_second},
         {"mhz", row.mhz},
         {"resident_bytes", row.resident_bytes}});
  }
}

void add_percentiles(const stored_run& run, const add_row& add) {
  for (const named_histogram& each : run.histograms) {
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < histogram::bucket_count; ++i) {
      const std::uint64_t count = each.values.counts()[i];
      if (count == 0) continue;
      seen += count;
      const double share = static_cast<double>(seen) / static_cast<double>(each.values.count());
      add({{"id", run.id},
           {"histogram", each.name},
           {"from_ns", histogram::lowest_of(i)},
           {"to_ns", histogram::highest_of(i)},
           {"count", count},
           {"percent", 100 * share}});
    }
  }
}

void add_rows(const std::vector<stored_run>& runs, export_table table, const add_row& add) {
  for (const stored_run& run : runs) {
    switch (table) {
      case export_table::metrics: add_metrics(run, add); break;
      case export_table::points: add_points(run, add); break;
      case export_table::series: add_series(run, add); break;
      case export_table::percentiles: add_percentiles(run, add); break;
    }
  }
}

std::string cell(const json& value) {
  if (value.is_null()) return {};
  if (!value.is_string()) return value.dump();
  const auto& text = value.get_ref<const std::string&>();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string to_csv(const std::vector<stored_run>& runs, export_table table) {
  std::string head, body;
  add_rows(runs, table, [&](const json& row) {
    std::string line;
    const bool first = head.empty();
    for (const auto& [name, value] : row.items()) {
      if (first) head += (head.empty() ? "" : ",") + name;
      line += (line.empty() ? "" : ",") + cell(value);
    }
    body += line + "\n";
  });
  return head.empty() ? head : head + "\n" + body;
}

std::string to_json_lines(const std::vector<stored_run>& runs, export_table table) {
  std::string text;
  add_rows(runs, table, [&](const json& row) { text += row.dump() + "\n"; });
  return text;
}

}  // namespace millrace::perf
