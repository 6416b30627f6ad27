// What a record says beside its baseline, figure by figure. Pure functions but for gate_of, which
// reads records.
//
// A ratio is that of geometric means, its spread that of the measurements within each run (or the
// figure's own interval). A change is reported when Welch's t test gives p < 0.01, shared among the
// figures that are compared, and it is beyond `limit_percent`: smaller ones may be the machine's,
// as the runs are of different times.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "results/baseline.hpp"
#include "results/stored_run.hpp"

namespace millrace::perf {

enum class outcome : std::uint8_t { better, same, worse, cannot_tell };

[[nodiscard]] const char* to_string(outcome value) noexcept;

struct figure_verdict {
  std::string name, unit;
  double base = 0, head = 0;
  double change_percent = 0;
  /// The smallest change beyond the noise of both runs that is found in 80 % of cases.
  double detectable_percent = 0;
  /// `same` only when a change of the limit would have been found.
  outcome value = outcome::cannot_tell;
};

/// Those of the figures `names` that both runs have, with a direction, above zero, and at least
/// three measurements or an interval on either side.
[[nodiscard]] std::vector<figure_verdict> compare_figures(const stored_run& base,
                                                          const stored_run& head,
                                                          const std::vector<std::string>& names,
                                                          double limit_percent);

struct gate_verdict {
  std::string suite, head, base;
  std::string reason;  ///< why nothing was compared; empty when something was
  std::vector<figure_verdict> figures;

  /// Worse if a figure is, else cannot_tell if none has a verdict, else better or same.
  [[nodiscard]] outcome value() const noexcept;
};

/// The headline of a record, by the index, against the baseline of its suite, workload and
/// environment key. Nothing is compared, with the reason, where there is none, the record is it, or
/// either is not good.
[[nodiscard]] gate_verdict gate_of(const std::filesystem::path& results_root,
                                   const stored_run& head, double limit_percent);

[[nodiscard]] std::string gate_text(const gate_verdict& verdict);

}  // namespace millrace::perf
