#include "report/axis.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::perf {

axis axis::linear(double low, double high) {
  axis made;
  if (!(high > low)) high = low + 1;
  made.low_ = low;
  made.high_ = high;
  const double rough = (high - low) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : 5);
  for (double mark = std::ceil(low / step) * step; mark <= high + step * 1e-9; mark += step) {
    made.marks_.push_back(mark);
  }
  return made;
}

axis axis::logarithmic(double low, double high) {
  axis made;
  made.logarithmic_ = true;
  const double first = std::floor(std::log10(low) + 1e-9);
  const double last = std::max(first + 1, std::ceil(std::log10(high) - 1e-9));
  made.low_ = std::pow(10, first);
  made.high_ = std::pow(10, last);
  for (double power = first; power <= last; ++power) made.marks_.push_back(std::pow(10, power));
  return made;
}

double axis::place(double value) const noexcept {
  if (logarithmic_) return std::log(value / low_) / std::log(high_ / low_);
  return (value - low_) / (high_ - low_);
}

}  // namespace millrace::perf
