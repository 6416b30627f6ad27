// A bench report as a record under results/: its points, seconds, histogram logs and verdict, with
// the machine's fingerprint (see results/run_record.hpp).
#pragma once

#include <string>

#include "results/run_record.hpp"
#include "run/bench_report.hpp"

namespace millrace::perf {

/// Adds everything of the report to a record that was constructed before the first run.
void add_report(run_record& record, const bench_report& report);

}  // namespace millrace::perf
