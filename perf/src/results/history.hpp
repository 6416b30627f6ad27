// One figure over the records of one workload on one machine and build, by the index's headlines,
// and where it changed. Records that are invalid are left out.
#pragma once

#include <string>
#include <vector>

#include "results/stored_run.hpp"
#include "stats/change_points.hpp"

namespace millrace::perf {

struct history_value {
  std::string run, commit, trust;
  double value = 0;
};

struct figure_history {
  std::string figure, suite, workload_sha256, env_key;
  std::vector<history_value> values;  ///< in the order of the index
  std::vector<change_point> changes;  ///< of `values`
};

/// Every series of the index in whose headline the figure stands, the newest last; of a suite and
/// of an environment key that begins so, where these are not empty.
[[nodiscard]] std::vector<figure_history> histories_of(const std::vector<index_entry>& index,
                                                       const std::string& figure,
                                                       const std::string& suite,
                                                       const std::string& env_key);

/// A line a record, with a line where the figure changed.
[[nodiscard]] std::string history_text(const figure_history& history);

/// The same facts as a JSON object in one line.
[[nodiscard]] std::string history_json(const figure_history& history);

/// The figures that have a series, each with how many records: a line a figure.
[[nodiscard]] std::string figures_text(const std::vector<index_entry>& index);

}  // namespace millrace::perf
