// A histogram of durations: log-linear buckets, 1 ns to 73 minutes, every value within 0.8 %.
// One thread records; histograms of several threads are merged afterwards. The buckets are those of
// an HdrHistogram of two significant digits, so hist/hlog.hpp can write them for its tools.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace millrace::perf {

class histogram {
 public:
  static constexpr unsigned half_bits = 7;                      ///< 2^7 steps an octave: 1/128 wide
  static constexpr std::uint64_t value_max = (1ull << 42) - 1;  ///< about 73 minutes of ns
  static constexpr std::size_t bucket_count = 36u << half_bits;

  /// Counts one value in nanoseconds; what exceeds value_max is counted there, and in clipped().
  void record(std::uint64_t ns) noexcept {
    clipped_ += ns > value_max;
    ns = std::min(ns, value_max);
    ++counts_[index_of(ns)];
    ++total_;
    min_ = std::min(min_, ns);
    max_ = std::max(max_, ns);
  }

  /// Counts `times` values of which only the bucket is known; min() and max() become its bounds.
  /// index < bucket_count.
  void record_bucket(std::size_t index, std::uint64_t times) noexcept;
  void merge(const histogram& other) noexcept;
  void clear() noexcept { *this = histogram(); }

  [[nodiscard]] std::uint64_t count() const noexcept { return total_; }
  [[nodiscard]] std::uint64_t clipped() const noexcept { return clipped_; }
  /// Exact; 0 when nothing was recorded.
  [[nodiscard]] std::uint64_t min() const noexcept { return total_ == 0 ? 0 : min_; }
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  /// Of bucket middles; 0 when nothing was recorded.
  [[nodiscard]] double mean() const noexcept;
  /// The largest value of the bucket that holds the ceil(percent/100*count)-th smallest value (the
  /// first for 0 %), never above max(); 0 when nothing was recorded.
  [[nodiscard]] std::uint64_t percentile(double percent) const noexcept;

  [[nodiscard]] const std::array<std::uint64_t, bucket_count>& counts() const noexcept {
    return counts_;
  }

  /// Bucket of a value <= value_max.
  [[nodiscard]] static constexpr std::size_t index_of(std::uint64_t ns) noexcept {
    constexpr std::uint64_t low_mask = (2u << half_bits) - 1;
    const auto octave = static_cast<unsigned>(std::bit_width(ns | low_mask)) - (half_bits + 1);
    return (static_cast<std::size_t>(octave) << half_bits) + (ns >> octave);
  }
  /// Smallest and largest value of a bucket.
  [[nodiscard]] static constexpr std::uint64_t lowest_of(std::size_t index) noexcept {
    const std::size_t octave = octave_of(index);
    return (index - (octave << half_bits)) << octave;
  }
  [[nodiscard]] static constexpr std::uint64_t highest_of(std::size_t index) noexcept {
    return lowest_of(index) + (1ull << octave_of(index)) - 1;
  }

 private:
  static constexpr std::size_t octave_of(std::size_t index) noexcept {
    const std::size_t row = index >> half_bits;
    return row <= 1 ? 0 : row - 1;
  }

  std::array<std::uint64_t, bucket_count> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t clipped_ = 0;
  std::uint64_t min_ = ~0ull;
  std::uint64_t max_ = 0;
};

}  // namespace millrace::perf
