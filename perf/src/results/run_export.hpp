// Runs as tables for other programs. A table has one header; every row begins with the run's id.
#pragma once

#include <string>
#include <vector>

#include "results/stored_run.hpp"

namespace millrace::perf {

enum class export_table : std::uint8_t {
  metrics,      ///< a row a metric
  points,       ///< a row a percentile of a load; a load that was withheld has one without
  series,       ///< a row a second
  percentiles,  ///< a row a bucket of a histogram that holds something
};

/// RFC 4180 with "\n" for line ends.
[[nodiscard]] std::string to_csv(const std::vector<stored_run>& runs, export_table table);

/// One JSON object a row, numbers as numbers: JSON lines.
[[nodiscard]] std::string to_json_lines(const std::vector<stored_run>& runs, export_table table);

}  // namespace millrace::perf
