// Runs as text for people: the list of an index, one run whole, and two runs side by side.
#pragma once

#include <string>
#include <vector>

#include "results/stored_run.hpp"

namespace millrace::perf {

/// A line a run with its trust, whether its gated goals are met, and its headline.
[[nodiscard]] std::string list_text(const std::vector<index_entry>& entries);

[[nodiscard]] std::string run_text(const stored_run& run);

/// Why the figures of two runs may not be compared by value, one sentence each: other machine or
/// build (which facts), other workload (which parameters), a verdict that is not good, and, as
/// nothing but interleaving makes up for it, that they ran at different times.
[[nodiscard]] std::vector<std::string> reasons_against_comparison(const stored_run& a,
                                                                  const stored_run& b);

/// The metrics that both runs have, with their change; beneath, the reasons above.
[[nodiscard]] std::string diff_text(const stored_run& a, const stored_run& b);

}  // namespace millrace::perf
