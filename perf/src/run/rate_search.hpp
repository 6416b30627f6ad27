// Several runs of one workload: at given rates, or in search of the greatest rate that it bears.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "run/load_result.hpp"
#include "workload/workload.hpp"

namespace millrace::perf {

/// Runs the workload at a rate; may be cut short when it is hopeless.
using run_at_rate = std::function<const load_result&(double rate)>;

/// The objectives that a result misses, as given.
[[nodiscard]] std::vector<std::string> missed_objectives(const bench_workload& plan,
                                                         const load_result& result);

/// Not saturated, no errors, right, and no objective missed.
[[nodiscard]] bool is_borne(const bench_workload& plan, const load_result& result);

struct search_limits {
  double first_rate = 1000;
  double precision = 0.05;  ///< ends when the greatest borne and the least unborne are so near
  std::size_t rates_max = 24;
};

/// Doubles the rate until it is not borne twice running, then halves the gap (geometrically). Gives
/// the greatest borne rate; 0 if none was.
[[nodiscard]] double find_max_rate(const bench_workload& plan, const search_limits& limits,
                                   const run_at_rate& run);

}  // namespace millrace::perf
