// Reading is strict about types and lenient about what is missing.

#include "results/stored_run.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "hist/hlog_reader.hpp"

namespace millrace::perf {

namespace {

using json = nlohmann::ordered_json;
namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

double number(const json& from) {
  return from.is_null() ? std::numeric_limits<double>::quiet_NaN() : from.get<double>();
}

named_texts texts(const json& from) {
  named_texts all;
  for (const auto& [name, value] : from.items()) all.emplace_back(name, value.get<std::string>());
  return all;
}

better direction_of(const std::string& word) {
  if (word == "higher") return better::higher;
  return word == "lower" ? better::lower : better::neither;
}

metric metric_of(const json& from) {
  metric figure;
  figure.name = from.at("name").get<std::string>();
  figure.value = number(from.at("value"));
  figure.unit = from.at("unit").get<std::string>();
  figure.direction = direction_of(from.at("better").get<std::string>());
  if (from.contains("interval")) {
    figure.low = number(from.at("interval").at("low"));
    figure.high = number(from.at("interval").at("high"));
  }
  if (from.contains("samples")) figure.samples = from.at("samples").get<std::vector<double>>();
  return figure;
}

goal goal_of(const json& from) {
  return {.name = from.at("name").get<std::string>(),
          .value = number(from.at("value")),
          .relation = from.at("relation").get<std::string>(),
          .bound = number(from.at("bound")),
          .gated = from.at("gated").get<bool>()};
}

load_point point_of(const json& from) {
  load_point point;
  point.series = from.at("series").get<std::string>();
  point.offered_per_second = number(from.at("offered_per_second"));
  point.achieved_per_second = number(from.at("achieved_per_second"));
  point.withheld = from.value("withheld", std::string());
  for (const json& each : from.value("percentiles", json::array())) {
    point_percentile made;
    made.percent = each.at("percent").get<double>();
    made.ns = number(each.at("ns"));
    made.effective = each.at("effective").get<double>();
    if (each.contains("interval")) {
      made.low_ns = number(each.at("interval").at("low"));
      made.high_ns = number(each.at("interval").at("high"));
    }
    point.percentiles.push_back(made);
  }
  if (from.contains("max_ns")) point.max_ns = number(from.at("max_ns"));
  if (from.contains("schedule_lag_p99_ns")) {
    point.schedule_lag_p99_ns = number(from.at("schedule_lag_p99_ns"));
  }
  point.samples = from.at("samples").get<std::uint64_t>();
  const json& checks = from.at("checks");
  point.lost = checks.at("lost").get<std::uint64_t>();
  point.duplicated = checks.at("duplicated").get<std::uint64_t>();
  point.out_of_order = checks.at("out_of_order").get<std::uint64_t>();
  return point;
}

disturbance observed_of(const json& from) {
  disturbance seen;
  seen.seconds = number(from.at("seconds"));
  seen.steal_percent = number(from.at("steal_percent"));
  seen.has_pressure = from.contains("pressure_percent");
  if (seen.has_pressure) seen.pressure_percent = number(from.at("pressure_percent"));
  seen.involuntary_switches_per_second = number(from.at("involuntary_switches_per_second"));
  seen.mhz_spread_percent = number(from.at("mhz_spread_percent"));
  return seen;
}

void read_lists(const json& root, stored_run& run) {
  for (const json& each : root.at("metrics")) run.metrics.push_back(metric_of(each));
  for (const json& each : root.at("goals")) run.goals.push_back(goal_of(each));
  for (const json& each : root.value("points", json::array())) {
    run.points.push_back(point_of(each));
  }
  for (const json& each : root.at("notes")) run.notes.push_back(each.get<std::string>());
}

void read_run_json(const json& root, stored_run& run) {
  if (root.at("schema") != "millrace.run/1") throw std::runtime_error("not of millrace.run/1");
  run.id = root.at("id").get<std::string>();
  run.suite = root.at("suite").get<std::string>();
  run.finished_at = root.at("finished_at").get<std::string>();
  run.commit = root.at("source").at("commit").get<std::string>();
  run.modified = root.at("source").at("modified").get<bool>();
  run.env_key = root.at("env_key").get<std::string>();
  run.workload_sha256 = root.at("workload_sha256").get<std::string>();
  run.parameters = texts(root.at("parameters"));
  run.verdict = root.at("trust").at("verdict").get<std::string>();
  run.reasons = root.at("trust").at("reasons").get<std::vector<std::string>>();
  run.observed = observed_of(root.at("observed"));
  if (root.contains("instrument")) {
    const json& cost = root.at("instrument");
    run.instrument = {.ns_per_message = number(cost.at("ns_per_message")),
                      .percent = number(cost.at("percent")),
                      .stamped_one_in = cost.at("stamped_one_in").get<std::uint64_t>()};
  }
  read_lists(root, run);
}

void read_env_json(const json& root, stored_run& run) {
  run.identity = texts(root.at("identity"));
  run.surroundings = texts(root.at("observed"));
}

void add_column(const std::string& name, const hlog_interval& from, stored_run& run) {
  const auto same = [&](const named_columns& held) { return held.name == name; };
  auto place = std::find_if(run.over_time.begin(), run.over_time.end(), same);
  if (place == run.over_time.end()) {
    place = run.over_time.insert(place, named_columns{.name = name, .columns = {}});
  }
  latency_column column{.from_s = from.offset_s, .length_s = from.length_s};
  column.add(from.values);
  place->columns.push_back(column);
}

void read_histograms(const fs::path& path, stored_run& run) {
  for (hlog_interval& each : parse_hlog(read_file(path))) {
    std::string name = path.stem().string();
    if (!each.tag.empty() && each.tag != name) name += "." + each.tag;
    add_column(name, each, run);
    const auto same = [&](const named_histogram& held) { return held.name == name; };
    const auto found = std::find_if(run.histograms.begin(), run.histograms.end(), same);
    if (found == run.histograms.end()) {
      run.histograms.push_back({name, each.values});
    } else {
      found->values.merge(each.values);
    }
  }
}

/// Calls `read`, and gives what goes wrong the file's name.
template <class Read>
void with_path(const fs::path& path, const Read& read) {
  try {
    read();
  } catch (const std::exception& error) {
    throw std::runtime_error(path.string() + ": " + error.what());
  }
}

}  // namespace

stored_run read_run(const fs::path& directory) {
  stored_run run;
  const fs::path main = directory / "run.json", env = directory / "env.json";
  with_path(main, [&] { read_run_json(json::parse(read_file(main)), run); });
  with_path(env, [&] { read_env_json(json::parse(read_file(env)), run); });
  const fs::path series = directory / "series.csv";
  if (fs::exists(series)) {
    with_path(series, [&] { run.seconds = parse_series(read_file(series)); });
  }
  std::vector<fs::path> logs;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".hlog") logs.push_back(entry.path());
  }
  std::sort(logs.begin(), logs.end());
  for (const fs::path& path : logs) {
    with_path(path, [&] { read_histograms(path, run); });
  }
  return run;
}

std::vector<index_entry> read_index(const fs::path& results_root) {
  const fs::path path = results_root / "index.jsonl";
  std::vector<index_entry> entries;
  if (!fs::exists(path)) return entries;
  std::istringstream lines(read_file(path));
  std::string line;
  for (std::size_t count = 1; std::getline(lines, line); ++count) {
    with_path(path.string() + ", line " + std::to_string(count), [&] {
      const json from = json::parse(line);
      index_entry entry;
      entry.id = from.at("id").get<std::string>();
      entry.suite = from.at("suite").get<std::string>();
      entry.commit = from.at("commit").get<std::string>();
      entry.env_key = from.at("env_key").get<std::string>();
      entry.workload_sha256 = from.at("workload_sha256").get<std::string>();
      entry.trust = from.at("trust").get<std::string>();
      entry.goals_met = from.at("goals_met").get<bool>();
      for (const auto& [name, value] : from.at("headline").items()) {
        entry.headline.emplace_back(name, number(value));
      }
      entries.push_back(std::move(entry));
    });
  }
  return entries;
}

std::string find_run(const fs::path& results_root, const std::string& beginning) {
  const bool newest = beginning == "latest" || beginning.starts_with("latest:");
  const std::string suite = beginning.starts_with("latest:") ? beginning.substr(7) : std::string();
  std::vector<std::string> found;
  for (const index_entry& entry : read_index(results_root)) {
    if (newest ? suite.empty() || entry.suite == suite : entry.id.starts_with(beginning)) {
      found.push_back(entry.id);
    }
  }
  if (found.empty()) {
    throw std::runtime_error("no run " + beginning + " in " + results_root.string());
  }
  std::sort(found.begin(), found.end());  // an id begins with its time
  if (newest || found.size() == 1 || found[0] == beginning) return newest ? found.back() : found[0];
  throw std::runtime_error(beginning + " is the beginning of " + std::to_string(found.size()) +
                           " runs");
}

std::string workload_hash(const std::string& suite, const named_texts& parameters) {
  json object = json::object();
  for (const auto& [name, value] : parameters) object[name] = value;
  return sha256_hex(suite + "\n" + object.dump());
}

}  // namespace millrace::perf
