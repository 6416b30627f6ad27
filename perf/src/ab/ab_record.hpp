// The comparison of two builds: what was found, as a record under results/, as a table and as JSON.
// Used by `millrace ab`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ab/calibration.hpp"
#include "ab/comparison.hpp"
#include "results/run_record.hpp"

namespace millrace::perf {

/// Of CPU time the rule of comparison.hpp decides; instructions are exact, and counted once a side.
enum class ab_measure : std::uint8_t { cpu_time, instructions };

/// One compared figure.
struct ab_row {
  std::string name;  ///< "cycle.cpu_ns_per_message"
  std::string unit;  ///< "ns"
  ab_result result;
  ab_measure measure = ab_measure::cpu_time;
  bool confirmed = false;               ///< measured a second time, with the same verdict
  std::size_t pairs_again = 0;          ///< measured once more, for the machine's noise
  std::size_t contaminated_blocks = 0;  ///< kept although the machine disturbed them
};

struct ab_report {
  std::string suite;  ///< "gate", "quick", "http", "instructions" or "commands"
  ab_options rule;
  std::vector<ab_row> rows = {};
  std::vector<std::string> not_measured = {};  ///< a sentence for each part that could not be
};

/// Metrics <name>.base, .head (with their measurements), .change (percent, with its interval),
/// .p and .detectable; and the goal that no regression was found. Instructions have no .p.
void add_row(run_record& record, const ab_row& row);

/// A table for people with a line a row; changes below what could be detected are not excluded.
[[nodiscard]] std::string ab_text(const ab_report& report);

/// The same and every measurement, by results/ab.schema.json. `record_id`: empty when none was
/// written.
[[nodiscard]] std::string ab_json(const ab_report& report, const trust_verdict& trust,
                                  const std::string& record_id);
[[nodiscard]] std::string calibration_json(const calibration& seen, const ab_options& rule);

/// 3: not to be believed. 1: a regression. 0: none was found.
[[nodiscard]] int exit_code(const ab_report& report, const trust_verdict& trust) noexcept;

}  // namespace millrace::perf
