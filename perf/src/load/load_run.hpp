// One run of the load generator: makes the queue, fills and warms up as the workload needs,
// measures, checks, and deletes the queue again.
#pragma once

#include <memory>

#include "load/load_options.hpp"
#include "load/load_report.hpp"

namespace millrace::perf {

/// Throws std::runtime_error when the server cannot be reached or the run cannot be completed.
[[nodiscard]] std::unique_ptr<load_outcome> run_load(const load_options& options);

}  // namespace millrace::perf
