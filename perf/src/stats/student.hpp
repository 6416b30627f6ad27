// Student's t distribution, for comparisons of few measurements. Pure functions; any thread.
#pragma once

namespace millrace::perf {

/// The probability that |t| is at least this large by chance; `degrees` > 0, need not be whole.
[[nodiscard]] double student_p(double t, double degrees);

/// The t that is exceeded, upwards, with probability `tail` in 0..0.5 (both excluded).
[[nodiscard]] double student_quantile(double tail, double degrees);

}  // namespace millrace::perf
