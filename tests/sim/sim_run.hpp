// sim_run: many histories, one after the other in one process or in several, added up.
#pragma once

#include <cstdint>
#include <string>

#include "tally.hpp"

namespace millrace::sim {

/// Where a run ends: at whatever comes first of what is not 0, or at the first finding.
struct run_limits {
  std::uint64_t first_seed = 1;
  std::uint64_t histories = 0;
  std::uint64_t operations = 0;
  double seconds = 0;
  unsigned jobs = 1;  ///< processes
};

struct finding {
  std::uint64_t seed = 0;
  std::string what;  ///< empty: nothing was found
};

struct run_outcome {
  tally counts;
  finding found;
  double seconds = 0;
};

run_outcome run_histories(const run_limits& limits);

/// What there was too little of for a run of that length; empty: enough.
std::string is_void(const run_limits& limits, const run_outcome& run);

}  // namespace millrace::sim
