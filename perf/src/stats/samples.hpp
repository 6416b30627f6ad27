// Order statistics of small sets of measurements, and the seeded generator that resampling uses.
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace millrace::perf {

/// Middle value (mean of the two middle ones); NaN of an empty set.
[[nodiscard]] double median(std::vector<double> values);

/// Linear interpolation between order statistics, `share` in 0..1; NaN of an empty set.
[[nodiscard]] double quantile(std::vector<double> values, double share);

/// Two-sided Mann-Whitney U test by the normal approximation with ties and continuity corrected:
/// the probability of a difference at least this large between sets of one distribution.
/// 1 when either set is empty or all values are equal. Meant for 8 values a side and more.
[[nodiscard]] double mann_whitney_p(std::span<const double> a, std::span<const double> b);

/// SplitMix64: enough for resampling, the same everywhere for one seed.
class sample_generator {
 public:
  explicit sample_generator(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t next() noexcept;
  /// Uniform in 0..bound-1; bound > 0.
  std::size_t below(std::size_t bound) noexcept { return next() % bound; }
  /// Uniform in 0..1.
  double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

 private:
  std::uint64_t state_;
};

/// `count` values drawn from `from` (not empty) with replacement.
[[nodiscard]] std::vector<double> resample(std::span<const double> from, std::size_t count,
                                           sample_generator& random);

struct interval {
  double low = 0;
  double high = 0;
};

/// Bootstrap interval of 95 % of the median (1,000 resamples, seeded); {NaN, NaN} of an empty set.
[[nodiscard]] interval median_interval(std::span<const double> values, std::uint64_t seed = 1);

}  // namespace millrace::perf
