// Whether records say the truth about themselves: what can be recomputed is, and compared.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "results/stored_run.hpp"

namespace millrace::perf {

/// Findings, one sentence each: the environment key and the workload's hash are those of the facts
/// beside them; the verdict is no better than the trust rule allows for what was observed; a
/// percentile lies within its interval and above those of lower percents; points that are withheld
/// have none; rows of the series follow each other; histograms hold something.
[[nodiscard]] std::vector<std::string> check_run(const stored_run& run);

/// All records of a directory, and that index and directories name the same runs and agree.
/// Findings begin with the run's id.
[[nodiscard]] std::vector<std::string> check_results(const std::filesystem::path& results_root);

}  // namespace millrace::perf
