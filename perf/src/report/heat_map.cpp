// Latency over time as a heat map: a column an interval of the log, a row a tenth of a decade.

#include <algorithm>
#include <cmath>

#include "report/charts.hpp"
#include "report/format.hpp"
#include "report/svg_plot.hpp"

namespace millrace::perf {

namespace {

constexpr std::size_t columns_min = 4;    ///< fewer are no course of time
constexpr std::size_t columns_max = 128;  ///< so that a page stays small
constexpr std::size_t charts_max = 2;
constexpr int colour = 3;

struct extent {
  std::size_t first = latency_column::bins;
  std::size_t end = 0;
  double rate_max = 0;  ///< of a cell, a second
};

double rate_of(const latency_column& column, std::size_t bin) {
  return column.length_s > 0 ? static_cast<double>(column.counts[bin]) / column.length_s : 0;
}

extent extent_of(const std::vector<latency_column>& columns) {
  extent made;
  for (const latency_column& column : columns) {
    for (std::size_t bin = 0; bin < latency_column::bins; ++bin) {
      if (column.counts[bin] == 0) continue;
      made.first = std::min(made.first, bin);
      made.end = std::max(made.end, bin + 1);
      made.rate_max = std::max(made.rate_max, rate_of(column, bin));
    }
  }
  return made;
}

/// Logarithmic, so that one message among a million is seen: four decades below the fullest cell
/// are as faint as it gets.
double strength(double rate, double rate_max) {
  constexpr double decades = 4;
  return std::clamp(1 + std::log10(rate / rate_max) / decades, 0.0, 1.0);
}

std::string heat_svg(const std::string& name, const std::vector<latency_column>& columns,
                     const extent& shown) {
  std::vector<plot_cell> cells;
  for (const latency_column& column : columns) {
    for (std::size_t bin = shown.first; bin < shown.end; ++bin) {
      if (column.counts[bin] == 0) continue;
      cells.push_back({.from = column.from_s,
                       .to = column.from_s + column.length_s,
                       .low = latency_column::low_of(bin),
                       .high = latency_column::low_of(bin + 1),
                       .strength = strength(rate_of(column, bin), shown.rate_max)});
    }
  }
  const latency_column& last = columns.back();
  svg_plot plot(
      axis::linear(columns.front().from_s, last.from_s + last.length_s),
      axis::logarithmic(latency_column::low_of(shown.first), latency_column::low_of(shown.end)),
      {.height = 300,
       .title = "Heat map of latency over time, " + name,
       .x_name = "seconds from the start",
       .y_name = "latency",
       .x_text = short_text,
       .y_text = time_text});
  plot.cells(cells, colour);
  return plot.text();
}

}  // namespace

std::vector<chart> latency_heat_maps(const stored_run& run) {
  std::vector<chart> made;
  for (const named_columns& each : run.over_time) {
    if (each.columns.size() < columns_min || made.size() == charts_max) continue;
    const auto columns = fewer_columns(each.columns, columns_max);
    const extent shown = extent_of(columns);
    if (shown.end == 0) continue;
    made.push_back({"Latency heat map: " + each.name,
                    "A cell is how many messages a second took so long at that time: the fuller, "
                    "the more, on a logarithmic scale; the fullest is " +
                        number_text(shown.rate_max) + " a second.",
                    heat_svg(each.name, columns, shown)});
  }
  return made;
}

}  // namespace millrace::perf
