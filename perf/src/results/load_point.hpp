// One point of latency against load, and what the instrument itself costs: what a load run adds to
// its record. Plain values; written by run_record, read back by run_directory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace::perf {

/// A percentile of a point; low and high are the 95 % interval, missing when it has none.
struct point_percentile {
  double percent = 0;  ///< 50, 99, 99.9 ...
  double ns = 0;
  std::optional<double> low_ns{};
  std::optional<double> high_ns{};
  double effective = 0;  ///< independent durations that those recorded are worth here
};

struct load_point {
  std::string series;  ///< points of one series make one curve: "send", "end_to_end"
  double offered_per_second = 0;
  double achieved_per_second = 0;
  /// Why there are no percentiles ("saturated: 198,600/s never sent on time"); empty when there
  /// are. A point that is withheld and still has percentiles is refused by run_record.
  std::string withheld;
  std::vector<point_percentile> percentiles;
  double max_ns = 0;
  std::optional<double> schedule_lag_p99_ns{};  ///< how late the generator itself sent
  std::uint64_t samples = 0;
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t out_of_order = 0;
};

/// What measuring costs the measured thread.
struct instrument_cost {
  double ns_per_message = 0;
  double percent = 0;                ///< of the time a message takes
  std::uint64_t stamped_one_in = 1;  ///< messages a time stamp
};

}  // namespace millrace::perf
