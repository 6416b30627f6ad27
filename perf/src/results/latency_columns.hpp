// A histogram log over time, as coarse as a picture of it needs: a column an interval, ten bins a
// decade. Kept instead of the log's histograms, which are sixty times as large.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hist/histogram.hpp"

namespace millrace::perf {

struct latency_column {
  static constexpr std::size_t bins_a_decade = 10;
  static constexpr std::size_t bins = 13 * bins_a_decade;  ///< from 1 ns; value_max is below 10^13

  double from_s = 0;
  double length_s = 0;
  std::array<std::uint64_t, bins> counts{};

  void add(const histogram& values);
  /// Adds the counts of the column that follows, and its length.
  void merge(const latency_column& next);
  /// The lower edge of a bin, ns.
  [[nodiscard]] static double low_of(std::size_t bin) noexcept;
};

struct named_columns {
  std::string name;                     ///< as of named_histogram
  std::vector<latency_column> columns;  ///< in the order of the log
};

/// Neighbours merged until there are at most `most` (> 0).
[[nodiscard]] std::vector<latency_column> fewer_columns(std::vector<latency_column> columns,
                                                        std::size_t most);

}  // namespace millrace::perf
