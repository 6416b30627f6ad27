// The comparison of two builds as a record under results/. Used by `millrace ab`.
#pragma once

#include <string>
#include <vector>

#include "ab/comparison.hpp"
#include "results/run_record.hpp"

namespace millrace::perf {

/// One compared figure.
struct ab_row {
  std::string name;  ///< "cycle.cpu_ns_per_message"
  std::string unit;  ///< "ns"
  ab_result result;
  bool confirmed = false;               ///< measured a second time, with the same verdict
  std::size_t pairs_again = 0;          ///< measured once more, for the machine's noise
  std::size_t contaminated_blocks = 0;  ///< kept although the machine disturbed them
};

/// Metrics <name>.base, .head (with their measurements), .change (percent, with its interval),
/// .p and .detectable; and the goal that no regression was found.
void add_row(run_record& record, const ab_row& row);

/// A table for people with a line a row; changes below what could be detected are not excluded.
[[nodiscard]] std::string ab_text(const std::vector<ab_row>& rows);

[[nodiscard]] bool has_regression(const std::vector<ab_row>& rows) noexcept;

}  // namespace millrace::perf
