// A run as it lies on disk, and the index of all runs: what `millrace results` and the report read.
// Records of every age are readable: what an older one lacks stays empty.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "hist/histogram.hpp"
#include "results/latency_columns.hpp"
#include "results/run_record.hpp"

namespace millrace::perf {

using named_texts = std::vector<std::pair<std::string, std::string>>;

struct named_histogram {
  std::string name;  ///< of the log, without its ending; with the tag when its lines have one
  histogram values;  ///< all intervals together
};

struct stored_run {
  std::string id, suite, finished_at, commit, env_key, workload_sha256;
  bool modified = false;
  named_texts parameters;
  std::string verdict;
  std::vector<std::string> reasons;
  disturbance observed;
  std::vector<metric> metrics;
  std::vector<goal> goals;
  std::vector<load_point> points;
  std::optional<instrument_cost> instrument;
  std::vector<std::string> notes;
  named_texts identity, surroundings;  ///< env.json: what decides the key, and the rest
  std::vector<series_row> seconds;
  std::vector<named_histogram> histograms;
  std::vector<named_columns> over_time;  ///< the same logs, an interval a column
};

/// Reads run.json, env.json, series.csv and *.hlog. Throws std::runtime_error with the file's path
/// when one cannot be read, or is missing and must not be (run.json, env.json).
[[nodiscard]] stored_run read_run(const std::filesystem::path& directory);

/// One line of index.jsonl.
struct index_entry {
  std::string id, suite, commit, env_key, workload_sha256, trust;
  bool goals_met = true;
  std::vector<std::pair<std::string, double>> headline;  ///< NaN where the record has none
};

/// The index in its order; empty when there is no index. Throws std::runtime_error with the line.
[[nodiscard]] std::vector<index_entry> read_index(const std::filesystem::path& results_root);

/// The id that begins with `beginning`, or the newest for "latest" (of a suite: "latest:http").
/// Throws std::runtime_error when none does, or several do.
[[nodiscard]] std::string find_run(const std::filesystem::path& results_root,
                                   const std::string& beginning);

/// The workload's hash as the writer computes it; results check compares.
[[nodiscard]] std::string workload_hash(const std::string& suite, const named_texts& parameters);

}  // namespace millrace::perf
