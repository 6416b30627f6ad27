// The time line of a run: a row a second with what was done and how the machine was disturbed
// meanwhile, as series.csv. Used by run_record and run_directory; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/environment.hpp"

namespace millrace::perf {

/// What the run did since the row before. A figure that a run does not have stays 0.
struct second_counts {
  std::uint64_t offered = 0;
  std::uint64_t sent = 0;
  std::uint64_t done = 0;
  std::uint64_t backlog = 0;  ///< queued or in flight at the end of the row
  double p50_ns = 0;          ///< of what was done in it
  double p99_ns = 0;
  double schedule_lag_p99_ns = 0;
};

struct series_row {
  double at_s = 0;  ///< end of the row, from the start of the run
  second_counts counts;
  disturbance noise;  ///< of this row alone
  double mhz = 0;     ///< fastest core
  std::uint64_t resident_bytes = 0;
};

/// One header line and a line a row; numbers with a point, whatever the locale.
[[nodiscard]] std::string to_csv(const std::vector<series_row>& rows, bool pinned_threads);

/// Reads what to_csv wrote. Throws std::runtime_error with the line's number when it cannot.
[[nodiscard]] std::vector<series_row> parse_series(const std::string& csv);

}  // namespace millrace::perf
