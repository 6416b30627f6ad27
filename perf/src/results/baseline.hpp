// Baselines: which record of a suite and workload was accepted as good enough to be held against,
// on one machine and build (environment key). Kept in results/baselines/<environment key>.json,
// by results/baselines.schema.json; changed only by accept_baseline.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "results/stored_run.hpp"

namespace millrace::perf {

struct baseline {
  std::string suite, workload_sha256;
  std::string run;  ///< id of the record
  std::string accepted_at, reason;
};

/// Those of one environment key; empty when it has none. Throws std::runtime_error with the file.
[[nodiscard]] std::vector<baseline> read_baselines(const std::filesystem::path& results_root,
                                                   const std::string& env_key);

/// Makes `run` the baseline of its suite, workload and environment key, in the place of the one
/// before, whose id is returned (empty: there was none). Throws std::runtime_error when the record
/// may not be one: not good, of a source with changes, at odds with itself, or accepted already;
/// or when the reason is blank.
std::string accept_baseline(const std::filesystem::path& results_root, const stored_run& run,
                            const std::string& reason);

/// Findings: a file whose name is not its key, an entry whose record is missing, is not good, or is
/// of another suite, workload or environment key, and two entries of one workload.
[[nodiscard]] std::vector<std::string> check_baselines(const std::filesystem::path& results_root);

}  // namespace millrace::perf
