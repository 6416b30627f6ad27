// The charts of a report, each an SVG element, or empty when the run has nothing for it.
#pragma once

#include <string>
#include <vector>

#include "results/stored_run.hpp"

namespace millrace::perf {

struct chart {
  std::string name;
  std::string legend;  ///< one sentence beneath it
  std::string svg;
};

/// Latency against load, a chart a series of points: percentiles with their bands of 95 %, and a
/// cross for each load whose percentiles were withheld.
[[nodiscard]] std::vector<chart> latency_against_load(const stored_run& run);

/// Latency by percentile, with as much room for each nine: the histograms of the run, six at most.
[[nodiscard]] std::vector<chart> latency_by_percentile(const stored_run& run);

/// Latency over time as heat maps, one a histogram log with a course of time, two at most.
[[nodiscard]] std::vector<chart> latency_heat_maps(const stored_run& run);

/// Rates, p99 and backlog over time with the machine's noise beneath.
[[nodiscard]] std::vector<chart> time_line(const stored_run& run);

}  // namespace millrace::perf
