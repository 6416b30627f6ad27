#include "results/baseline.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <tuple>

#include "results/run_check.hpp"
#include "results/utc_time.hpp"

namespace millrace::perf {

namespace {

using json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr const char* schema_name = "millrace.baselines/1";

fs::path path_of(const fs::path& root, const std::string& env_key) {
  return root / "baselines" / (env_key + ".json");
}

std::vector<baseline> read_file(const fs::path& path, const std::string& env_key) {
  try {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read it");
    const json root = json::parse(file);
    if (root.at("schema") != schema_name) {
      throw std::runtime_error("not of " + std::string(schema_name));
    }
    if (root.at("env_key") != env_key) {
      throw std::runtime_error("its env_key is not that of its name");
    }
    std::vector<baseline> all;
    for (const json& each : root.at("baselines")) {
      all.push_back({.suite = each.at("suite").get<std::string>(),
                     .workload_sha256 = each.at("workload_sha256").get<std::string>(),
                     .run = each.at("run").get<std::string>(),
                     .accepted_at = each.at("accepted_at").get<std::string>(),
                     .reason = each.at("reason").get<std::string>()});
    }
    return all;
  } catch (const std::exception& error) {
    throw std::runtime_error(path.string() + ": " + error.what());
  }
}

/// Whole or not at all: a new file takes the place of the old one.
void write_file(const fs::path& path, const std::string& env_key,
                const std::vector<baseline>& all) {
  json list = json::array();
  for (const baseline& each : all) {
    list.push_back({{"suite", each.suite},
                    {"workload_sha256", each.workload_sha256},
                    {"run", each.run},
                    {"accepted_at", each.accepted_at},
                    {"reason", each.reason}});
  }
  const json root = {{"schema", schema_name}, {"env_key", env_key}, {"baselines", list}};
  fs::create_directories(path.parent_path());
  const fs::path fresh = path.string() + ".new";
  std::ofstream file(fresh, std::ios::binary);
  file << root.dump(1) << "\n";
  file.close();
  if (!file) throw std::runtime_error("cannot write " + fresh.string());
  fs::rename(fresh, path);
}

void require_acceptable(const stored_run& run, const std::string& reason) {
  if (reason.find_first_not_of(" \t\r\n") == std::string::npos) {
    throw std::runtime_error("a baseline needs a reason");
  }
  if (run.verdict != "good") {
    throw std::runtime_error(run.id + " is " + run.verdict + ": only a good record can be a " +
                             "baseline");
  }
  if (run.modified) {
    throw std::runtime_error(run.id + " was measured with changes that no commit holds");
  }
  const auto found = check_run(run);
  if (!found.empty()) throw std::runtime_error(run.id + ": " + found.front());
}

void check_entry(const fs::path& root, const std::string& env_key, const baseline& each,
                 std::vector<std::string>& found) {
  const std::string name = "baseline " + each.run + ": ";
  try {
    const stored_run run = read_run(root / each.run);
    if (run.verdict != "good") found.push_back(name + "is " + run.verdict + ", not good");
    if (run.env_key != env_key) found.push_back(name + "is of another machine or build");
    if (run.suite != each.suite || run.workload_sha256 != each.workload_sha256) {
      found.push_back(name + "is of another suite or workload");
    }
  } catch (const std::exception& error) {
    found.push_back(name + error.what());
  }
}

void check_file(const fs::path& root, const fs::path& path, std::vector<std::string>& found) {
  const std::string env_key = path.stem().string();
  std::set<std::pair<std::string, std::string>> seen;
  for (const baseline& each : read_file(path, env_key)) {
    if (!seen.emplace(each.suite, each.workload_sha256).second) {
      found.push_back("baseline " + each.run + ": a second one of its workload");
    }
    check_entry(root, env_key, each, found);
  }
}

}  // namespace

std::vector<baseline> read_baselines(const fs::path& results_root, const std::string& env_key) {
  const fs::path path = path_of(results_root, env_key);
  return fs::exists(path) ? read_file(path, env_key) : std::vector<baseline>();
}

std::string accept_baseline(const fs::path& results_root, const stored_run& run,
                            const std::string& reason) {
  require_acceptable(run, reason);
  auto all = read_baselines(results_root, run.env_key);
  const auto same = [&](const baseline& each) {
    return each.suite == run.suite && each.workload_sha256 == run.workload_sha256;
  };
  auto place = std::find_if(all.begin(), all.end(), same);
  std::string before;
  if (place == all.end()) {
    place = all.insert(all.end(), baseline());
  } else if (place->run == run.id) {
    throw std::runtime_error(run.id + " is the baseline already");
  } else {
    before = place->run;
  }
  *place = {.suite = run.suite,
            .workload_sha256 = run.workload_sha256,
            .run = run.id,
            .accepted_at = utc_now(),
            .reason = reason};
  std::sort(all.begin(), all.end(), [](const baseline& a, const baseline& b) {
    return std::tie(a.suite, a.workload_sha256) < std::tie(b.suite, b.workload_sha256);
  });
  write_file(path_of(results_root, run.env_key), run.env_key, all);
  return before;
}

std::vector<std::string> check_baselines(const fs::path& results_root) {
  std::vector<std::string> found;
  if (!fs::is_directory(results_root / "baselines")) return found;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(results_root / "baselines")) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& path : files) {
    try {
      check_file(results_root, path, found);
    } catch (const std::exception& error) {
      found.emplace_back(error.what());
    }
  }
  return found;
}

}  // namespace millrace::perf
