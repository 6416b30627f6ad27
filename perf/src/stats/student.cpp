// p is the regularised incomplete beta function I_x(degrees/2, 1/2) at x = degrees/(degrees + t^2),
// by its continued fraction (Abramowitz and Stegun 26.5.8, 26.7.1).

#include "stats/student.hpp"

#include <cmath>

namespace millrace::perf {

namespace {

/// The continued fraction 1/(1 + d1/(1 + d2/(1 + ...))), evaluated from the front.
double beta_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300, precision = 1e-14;
  constexpr int steps_max = 2000;
  double value = 1, numerator = 1, denominator = 0;
  for (int i = 0; i < steps_max; ++i) {
    const bool is_even = i % 2 == 0;
    const double m = (i - (is_even ? 0 : 1)) / 2.0;
    double term = 1;
    if (i > 0 && is_even) {
      term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    } else if (i > 0) {
      term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    }
    denominator = 1 + term * denominator;
    if (std::abs(denominator) < tiny) denominator = tiny;
    denominator = 1 / denominator;
    numerator = 1 + term / numerator;
    if (std::abs(numerator) < tiny) numerator = tiny;
    const double factor = numerator * denominator;
    value *= factor;
    if (std::abs(1 - factor) < precision) break;
  }
  return value - 1;
}

double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incomplete_beta(b, a, 1 - x);
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log1p(-x));
  return front / a * beta_fraction(a, b, x);
}

}  // namespace

double student_p(double t, double degrees) {
  return incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t));
}

double student_quantile(double tail, double degrees) {
  double low = 0, high = 1;
  while (student_p(high, degrees) > 2 * tail) {
    low = high;
    high *= 2;
  }
  for (int i = 0; i < 200 && high - low > 1e-12 * high; ++i) {
    const double middle = (low + high) / 2;
    (student_p(middle, degrees) > 2 * tail ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace millrace::perf
