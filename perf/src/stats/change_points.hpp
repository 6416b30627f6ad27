// Where a series changes its distribution: E-divisive (Matteson and James, "A nonparametric
// approach for multiple change point analysis of multivariate data", JASA 109, 2014). The best
// split of a part is the one with the greatest energy distance between its sides; it counts when
// few permutations of the part have one as great. Pure and repeatable for one seed; any thread.
//
// The permutation test takes values of one part for exchangeable: a drift, or noise that lasts over
// several runs, is reported as a step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::perf {

struct change_options {
  double p_max = 0.01;
  std::size_t permutations = 999;
  std::size_t side_min = 4;      ///< values on each side of a split
  double magnitude_percent = 5;  ///< of the medians before and after; smaller steps are left out
  std::uint64_t seed = 1;
};

struct change_point {
  std::size_t first = 0;  ///< index of the first value after the change
  double before = 0;      ///< median since the change before
  double after = 0;       ///< median until the next one
  double p = 1;
};

/// In the order of the series. Empty for fewer than twice `side_min` values. All must be finite.
[[nodiscard]] std::vector<change_point> find_changes(std::span<const double> values,
                                                     const change_options& options = {});

}  // namespace millrace::perf
