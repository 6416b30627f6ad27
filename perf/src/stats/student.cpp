#include "stats/student.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace millrace::perf {

using boost::math::complement;
using boost::math::students_t;

double student_p(double t, double degrees) {
  return 2 * boost::math::cdf(complement(students_t(degrees), std::abs(t)));
}

double student_quantile(double tail, double degrees) {
  return boost::math::quantile(complement(students_t(degrees), tail));
}

}  // namespace millrace::perf
