#include "results/run_check.hpp"

#include <algorithm>
#include <map>
#include <regex>
#include <stdexcept>

#include "report/format.hpp"

namespace millrace::perf {

namespace {

namespace fs = std::filesystem;
using findings = std::vector<std::string>;

constexpr double rounding = 1e-9;  ///< relative: JSON keeps 17 digits, CSV 12

trust severity_of(const std::string& verdict) {
  if (verdict == "good") return trust::good;
  return verdict == "suspect" ? trust::suspect : trust::invalid;
}

void check_identity(const stored_run& run, findings& found) {
  environment env;
  env.identity = run.identity;
  if (environment_key(env) != run.env_key) {
    found.push_back("env_key is not that of the identity in env.json");
  }
  if (workload_hash(run.suite, run.parameters) != run.workload_sha256) {
    found.push_back("workload_sha256 is not that of the suite and its parameters");
  }
}

void check_verdict(const stored_run& run, findings& found) {
  const trust_verdict allowed = judge(run.observed, {});
  if (severity_of(run.verdict) < allowed.value) {
    found.push_back("trust is " + run.verdict + ", and what was observed makes it " +
                    to_string(allowed.value) + ": " + allowed.reasons.front());
  }
  if (run.verdict != "good" && run.reasons.empty()) found.push_back("no reason for the verdict");
}

void check_point(const load_point& point, findings& found) {
  const std::string name = point.series + " at " + number_text(point.offered_per_second) + "/s: ";
  if (!point.withheld.empty() && !point.percentiles.empty()) {
    found.push_back(name + "withheld, and yet percentiles are there");
  }
  const point_percentile* below = nullptr;
  for (const point_percentile& each : point.percentiles) {
    const std::string percent = name + percentile_text(each.percent);
    if (each.low_ns && each.high_ns &&
        !(*each.low_ns <= each.ns * (1 + rounding) && each.ns <= *each.high_ns * (1 + rounding))) {
      found.push_back(percent + " lies outside of its interval");
    }
    if (below != nullptr && (each.percent <= below->percent || each.ns < below->ns)) {
      found.push_back(percent + " is not above the one before it");
    }
    below = &each;
  }
}

void check_series(const stored_run& run, findings& found) {
  const series_row* before = nullptr;
  for (const series_row& row : run.seconds) {
    if (before != nullptr && row.at_s < before->at_s) {
      found.push_back(format("series.csv goes back in time at %.3f s", row.at_s));
    }
    before = &row;
  }
}

void check_index(const std::map<std::string, index_entry>& index, const stored_run& run,
                 findings& found) {
  const auto entry = index.find(run.id);
  if (entry == index.end()) {
    found.push_back("no line in index.jsonl");
    return;
  }
  const index_entry& line = entry->second;
  if (line.suite != run.suite || line.env_key != run.env_key || line.trust != run.verdict) {
    found.push_back("index.jsonl says something else of suite, env_key or trust");
  }
}

}  // namespace

std::vector<std::string> check_run(const stored_run& run) {
  findings found;
  check_identity(run, found);
  check_verdict(run, found);
  for (const load_point& point : run.points) check_point(point, found);
  check_series(run, found);
  for (const named_histogram& each : run.histograms) {
    if (each.values.count() == 0) found.push_back("the histogram " + each.name + " is empty");
  }
  return found;
}

std::vector<std::string> check_results(const fs::path& results_root) {
  static const std::regex id_form("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}");
  findings found;
  std::map<std::string, index_entry> index;
  for (index_entry& entry : read_index(results_root)) {
    const std::string id = entry.id;
    if (!index.emplace(id, std::move(entry)).second) found.push_back(id + ": twice in index.jsonl");
    if (!fs::is_directory(results_root / id)) found.push_back(id + ": in the index, no directory");
  }
  std::vector<fs::path> directories;
  for (const auto& entry : fs::directory_iterator(results_root)) {
    if (entry.is_directory() && std::regex_match(entry.path().filename().string(), id_form)) {
      directories.push_back(entry.path());
    }
  }
  std::sort(directories.begin(), directories.end());
  for (const fs::path& directory : directories) {
    const std::string id = directory.filename().string();
    findings own;
    try {
      const stored_run run = read_run(directory);
      own = check_run(run);
      if (run.id != id) own.push_back("run.json has another id: " + run.id);
      check_index(index, run, own);
    } catch (const std::exception& error) {
      own.push_back(error.what());
    }
    for (std::string& each : own) found.push_back(each.insert(0, ": ").insert(0, id));
  }
  return found;
}

}  // namespace millrace::perf
