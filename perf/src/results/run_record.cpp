// Writes a run's files. The directory appears complete or not at all: files go to a temporary
// directory that is renamed; the index line is appended after that.

#include "results/run_record.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "process/cpu_time.hpp"
#include "report/report.hpp"
#include "results/source_version.hpp"
#include "results/stored_run.hpp"
#include "results/utc_time.hpp"

namespace millrace::perf {

namespace {

using json = nlohmann::ordered_json;
namespace fs = std::filesystem;

const char* to_string(better direction) noexcept {
  switch (direction) {
    case better::higher: return "higher";
    case better::lower: return "lower";
    case better::neither: return "neither";
  }
  return "neither";
}

json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

json pairs(const std::vector<std::pair<std::string, std::string>>& facts) {
  json object = json::object();
  for (const auto& [name, value] : facts) object[name] = value;
  return object;
}

json to_json(const metric& figure) {
  json object = {{"name", figure.name},
                 {"value", number(figure.value)},
                 {"unit", figure.unit},
                 {"better", to_string(figure.direction)}};
  if (figure.low && figure.high) {
    object["interval"] = {{"low", number(*figure.low)}, {"high", number(*figure.high)}};
  }
  if (!figure.samples.empty()) object["samples"] = figure.samples;
  return object;
}

json to_json(const goal& promise) {
  return {{"name", promise.name},         {"value", number(promise.value)},
          {"relation", promise.relation}, {"bound", number(promise.bound)},
          {"gated", promise.gated},       {"met", is_met(promise)}};
}

json to_json(const point_percentile& from) {
  json object = {{"percent", from.percent}, {"ns", number(from.ns)}, {"effective", from.effective}};
  if (from.low_ns && from.high_ns) {
    object["interval"] = {{"low", number(*from.low_ns)}, {"high", number(*from.high_ns)}};
  }
  return object;
}

json to_json(const load_point& point) {
  json object = {{"series", point.series},
                 {"offered_per_second", number(point.offered_per_second)},
                 {"achieved_per_second", number(point.achieved_per_second)}};
  if (point.withheld.empty()) {
    object["percentiles"] = json::array();
    for (const auto& each : point.percentiles) object["percentiles"].push_back(to_json(each));
    object["max_ns"] = number(point.max_ns);
  } else {
    object["withheld"] = point.withheld;
  }
  if (point.schedule_lag_p99_ns) object["schedule_lag_p99_ns"] = number(*point.schedule_lag_p99_ns);
  object["samples"] = point.samples;
  object["checks"] = {
      {"lost", point.lost}, {"duplicated", point.duplicated}, {"out_of_order", point.out_of_order}};
  return object;
}

json to_json(const instrument_cost& cost) {
  return {{"ns_per_message", number(cost.ns_per_message)},
          {"percent", number(cost.percent)},
          {"stamped_one_in", cost.stamped_one_in}};
}

json to_json(const disturbance& seen) {
  json object = {{"seconds", number(seen.seconds)},
                 {"steal_percent", number(seen.steal_percent)},
                 {"involuntary_switches_per_second", number(seen.involuntary_switches_per_second)},
                 {"mhz_spread_percent", number(seen.mhz_spread_percent)}};
  if (seen.has_pressure) object["pressure_percent"] = number(seen.pressure_percent);
  return object;
}

[[noreturn]] void fail(const fs::path& path, const std::string& why) {
  throw std::runtime_error("cannot write " + path.string() + ": " + why);
}

void write_file(const fs::path& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  if (!file) fail(path, "write failed");
}

void append_line(const fs::path& path, const std::string& line) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) fail(path, "open failed");
  const bool done =
      ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  close(descriptor);
  if (!done) fail(path, "append failed");
}

std::string new_id(const std::string& suite) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const std::string salt = suite + std::to_string(now.tv_nsec) + "." + std::to_string(getpid());
  return utc_now("%Y%m%dT%H%M%SZ") + "-" + sha256_hex(salt).substr(0, 8);
}

}  // namespace

bool is_met(const goal& promise) noexcept {
  if (promise.relation == ">=") return promise.value >= promise.bound;
  if (promise.relation == "<=") return promise.value <= promise.bound;
  return false;
}

run_record::run_record(std::string suite) : suite_(std::move(suite)), started_(sample_machine()) {
  facts_.debug_build = is_debug_build();
}

void run_record::add_parameter(std::string name, std::string value) {
  parameters_.emplace_back(std::move(name), std::move(value));
}
void run_record::add_metric(metric figure) { metrics_.push_back(std::move(figure)); }
void run_record::add_goal(goal promise) { goals_.push_back(std::move(promise)); }
void run_record::set_instrument(instrument_cost cost) { instrument_ = cost; }

void run_record::add_point(load_point point) {
  if (!point.withheld.empty() && !point.percentiles.empty()) {
    throw std::invalid_argument("a point with percentiles is not withheld");
  }
  points_.push_back(std::move(point));
}

void run_record::add_second(const series_row& row) { seconds_.push_back(row); }

std::size_t run_record::contaminated_seconds() const noexcept {
  std::size_t count = 0;
  for (const series_row& row : seconds_) count += is_contaminated(row.noise, facts_.pinned_threads);
  return count;
}

void run_record::add_note(std::string sentence) { notes_.push_back(std::move(sentence)); }
void run_record::add_attachment(std::string name, std::string content) {
  attachments_.emplace_back(std::move(name), std::move(content));
}
void run_record::set_headline(std::vector<std::string> names) { headline_ = std::move(names); }

void run_record::set_facts(run_facts facts) {
  facts_ = facts;
  facts_.debug_build = facts.debug_build || is_debug_build();
}

disturbance run_record::observed() const { return difference(started_, sample_machine()); }
trust_verdict run_record::verdict() const { return judge(observed(), facts_); }

bool run_record::all_gated_goals_met() const noexcept {
  for (const goal& promise : goals_) {
    if (promise.gated && !is_met(promise)) return false;
  }
  return true;
}

std::string run_record::run_json(const std::string& id, const std::string& when,
                                 const std::string& env_key, const disturbance& seen) const {
  const trust_verdict judged = judge(seen, facts_);
  const source_version source = current_source_version();
  json root = {{"schema", "millrace.run/1"}, {"id", id}, {"suite", suite_}, {"finished_at", when}};
  root["source"] = {{"commit", source.commit}, {"modified", source.modified}};
  root["env_key"] = env_key;
  root["workload_sha256"] = workload_hash(suite_, parameters_);
  root["parameters"] = pairs(parameters_);
  root["trust"] = {{"verdict", perf::to_string(judged.value)}, {"reasons", judged.reasons}};
  root["observed"] = to_json(seen);
  root["checks"] = {{"lost", facts_.lost},
                    {"duplicated", facts_.duplicated},
                    {"out_of_order", facts_.out_of_order}};
  if (facts_.offered_per_second) root["offered_per_second"] = *facts_.offered_per_second;
  if (facts_.achieved_per_second) root["achieved_per_second"] = *facts_.achieved_per_second;
  root["metrics"] = json::array();
  for (const metric& figure : metrics_) root["metrics"].push_back(to_json(figure));
  if (!points_.empty()) root["points"] = json::array();
  for (const load_point& point : points_) root["points"].push_back(to_json(point));
  if (instrument_) root["instrument"] = to_json(*instrument_);
  if (!seconds_.empty()) {
    root["series"] = {{"rows", seconds_.size()}, {"contaminated", contaminated_seconds()}};
  }
  root["goals"] = json::array();
  for (const goal& promise : goals_) root["goals"].push_back(to_json(promise));
  root["notes"] = notes_;
  return root.dump(1) + "\n";
}

std::string run_record::index_line(const std::string& id, const std::string& env_key,
                                   const disturbance& seen) const {
  json line = {{"id", id},
               {"suite", suite_},
               {"commit", current_source_version().commit},
               {"env_key", env_key},
               {"workload_sha256", workload_hash(suite_, parameters_)}};
  line["headline"] = json::object();
  for (const metric& figure : metrics_) {
    const bool wanted = headline_.empty() ? &figure == &metrics_.front()
                                          : std::find(headline_.begin(), headline_.end(),
                                                      figure.name) != headline_.end();
    if (wanted) line["headline"][figure.name] = number(figure.value);
  }
  line["goals_met"] = all_gated_goals_met();
  line["trust"] = perf::to_string(judge(seen, facts_).value);
  return line.dump() + "\n";
}

std::string run_record::write(const std::string& results_root) const {
  const disturbance seen = observed();
  const environment env = probe_environment();
  const std::string key = environment_key(env);
  std::string id = new_id(suite_);
  const fs::path root(results_root);
  const fs::path partial = root / ("." + id);
  std::error_code failed;
  fs::create_directories(partial, failed);
  if (failed) fail(partial, failed.message());
  json env_file = {
      {"env_key", key}, {"identity", pairs(env.identity)}, {"observed", pairs(env.observed)}};
  write_file(partial / "run.json", run_json(id, utc_now(), key, seen));
  write_file(partial / "env.json", env_file.dump(1) + "\n");
  if (!seconds_.empty()) {
    write_file(partial / "series.csv", to_csv(seconds_, facts_.pinned_threads));
  }
  for (const auto& [name, content] : attachments_) write_file(partial / name, content);
  write_file(partial / "report.html", report_html(read_run(partial)));
  fs::rename(partial, root / id, failed);
  if (failed) fail(root / id, failed.message());
  append_line(root / "index.jsonl", index_line(id, key, seen));
  return id;
}

}  // namespace millrace::perf
