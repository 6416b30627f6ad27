// When messages are to be sent: offsets from the start, fixed by rule and seed before the load
// begins, whatever the measured system does. One thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "stats/samples.hpp"

namespace millrace::perf {

struct arrival_plan {
  enum class kind : std::uint8_t { constant, poisson, bursts };
  kind rule = kind::poisson;
  std::uint64_t on_ns = 0;   ///< of bursts: evenly while on, nothing while off; the mean rate
  std::uint64_t off_ns = 0;  ///< over both is the plan's rate
};

/// "constant", "poisson", "bursts:ON:OFF" (durations). Throws std::runtime_error that shows it.
[[nodiscard]] arrival_plan parse_arrivals(std::string_view text);

class arrival_process {
 public:
  /// `rate_per_second` > 0.
  arrival_process(const arrival_plan& plan, double rate_per_second, std::uint64_t seed);

  /// Offset of the next arrival in ns; never falls.
  [[nodiscard]] std::uint64_t next() noexcept;

 private:
  arrival_plan plan_;
  double gap_ns_;  ///< mean; of bursts: while on
  sample_generator random_;
  std::uint64_t count_ = 0;
  double at_ns_ = 0;
};

}  // namespace millrace::perf
