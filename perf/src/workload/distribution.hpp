// Random whole numbers by a rule: sizes in bytes, keys, service times in ns. One thread; the same
// numbers everywhere for one seed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stats/samples.hpp"

namespace millrace::perf {

class distribution {
 public:
  enum class kind : std::uint8_t { fixed, uniform, zipf, exponential, round_robin };
  static constexpr std::uint64_t zipf_values_max = 1'000'000;

  /// Always `value`.
  explicit distribution(std::uint64_t value = 0) : low_(value), high_(value) {}
  /// low..high, each as likely.
  static distribution uniform(std::uint64_t low, std::uint64_t high);
  /// low..high; the i-th (from 1) with a likelihood that falls as 1/i^exponent. Throws
  /// std::runtime_error for an exponent outside of 0..10 or more than zipf_values_max values.
  static distribution zipf(double exponent, std::uint64_t low, std::uint64_t high);
  /// Rounded to whole numbers.
  static distribution exponential(double mean);
  /// low, low + 1, ..., high, and again.
  static distribution round_robin(std::uint64_t low, std::uint64_t high);

  [[nodiscard]] std::uint64_t draw(sample_generator& random);
  [[nodiscard]] kind rule() const noexcept { return kind_; }
  [[nodiscard]] std::uint64_t smallest() const noexcept { return low_; }
  /// Of exponential: no limit, UINT64_MAX.
  [[nodiscard]] std::uint64_t largest() const noexcept { return high_; }
  [[nodiscard]] double mean() const noexcept;

 private:
  kind kind_ = kind::fixed;
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
  double mean_ = 0;                                    ///< of exponential
  std::uint64_t next_ = 0;                             ///< of round_robin
  std::shared_ptr<const std::vector<double>> shares_;  ///< of zipf, cumulated
};

/// "1024", "uniform:100:2000", "zipf:1.0:100:2000" (exponent, smallest, largest). All three throw
/// std::runtime_error that shows the text.
[[nodiscard]] distribution parse_sizes(std::string_view text);
/// Numbers from 0: "none" and "one" (one key), "uniform:N", "zipf:S:N", "roundRobin:N".
[[nodiscard]] distribution parse_keys(std::string_view text);
/// "200us", "uniform:100us:1ms", "exponential:1ms".
[[nodiscard]] distribution parse_times(std::string_view text);

}  // namespace millrace::perf
