// A scale of a plot: from a range of values to 0..1, and where its marks go.
#pragma once

#include <vector>

namespace millrace::perf {

class axis {
 public:
  /// From low to high, made wider when they are equal.
  static axis linear(double low, double high);
  /// From the power of ten at or below `low` to the one at or above `high`; both > 0.
  static axis logarithmic(double low, double high);

  /// 0 at the low end, 1 at the high one; outside of that for values outside.
  [[nodiscard]] double place(double value) const noexcept;
  /// Round values within the range: every power of ten, or four to eight steps of 1, 2 or 5.
  [[nodiscard]] const std::vector<double>& marks() const noexcept { return marks_; }
  [[nodiscard]] double low() const noexcept { return low_; }
  [[nodiscard]] double high() const noexcept { return high_; }

 private:
  double low_ = 0, high_ = 1;
  bool logarithmic_ = false;
  std::vector<double> marks_;
};

}  // namespace millrace::perf
