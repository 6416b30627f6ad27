// Measures how quiet the machine is now: watches it idly, then spins and looks for gaps.
#pragma once

#include "results/environment.hpp"

namespace millrace::perf {

struct noise_facts {
  disturbance idle;        ///< while this process slept
  double gap_p999_ns = 0;  ///< between two looks at the clock, of a thread that does nothing else
  double gap_max_ns = 0;
  double lost_percent = 0;   ///< of its time, in gaps above 10 us
  double clock_read_ns = 0;  ///< what one look costs
  double record_ns = 0;      ///< what recording into a histogram costs, CPU time
};

/// Takes `seconds`, half of it asleep; the calling thread does the spinning.
[[nodiscard]] noise_facts probe_noise(double seconds);

/// CPU time in ns of recording one value: the least of several rounds.
[[nodiscard]] double record_cost_ns();

}  // namespace millrace::perf
