// How well the rule of comparison.hpp does on this machine, now: comparisons whose truth is known.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "ab/comparison.hpp"

namespace millrace::perf {

struct calibration {
  std::size_t comparisons = 0;   ///< of either kind
  std::size_t false_alarms = 0;  ///< a change was reported where there was none
  std::size_t found = 0;         ///< 10 % more work was reported as a regression
  std::size_t quiet = 0;         ///< with 10 % more, and too little noise to hide that
  std::size_t quiet_found = 0;   ///< of those

  /// A finding counts if it is made twice, so 9 of 10 need 95 % each time: a change of 10 % is then
  /// 4.22 times its deviation (2.58 for p < .01, 1.64 above), whose interval of 95 % is 3.92 wide.
  /// Of the noise alone: a rule that finds nothing makes no comparison less quiet.
  static constexpr double quiet_interval_percent = 9.3;

  /// At most 1 % false alarms and at least 90 % found.
  [[nodiscard]] bool is_good() const noexcept;
};

/// A comparison as `millrace ab` makes it: what it finds is measured once more, and counts when
/// both agree.
[[nodiscard]] ab_result confirmed_ab(const std::function<ab_result()>& measure);

/// `comparisons` of built-in work with itself, and as many with 10 % more of it, in turns, by the
/// CPU time of this thread. `progress` is told how many are done.
[[nodiscard]] calibration calibrate(std::size_t comparisons, const ab_options& options,
                                    const std::function<void(std::size_t)>& progress);

/// Upper end of the 95 % interval (Wilson) of a share of which `found` of `all` were seen.
[[nodiscard]] double wilson_high(std::size_t found, std::size_t all);
/// Lower end of it.
[[nodiscard]] double wilson_low(std::size_t found, std::size_t all);

[[nodiscard]] std::string calibration_text(const calibration& seen);

}  // namespace millrace::perf
