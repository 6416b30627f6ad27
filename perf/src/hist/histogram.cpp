// Merging and reading of histograms; recording is inline in the header.

#include "hist/histogram.hpp"

#include <cmath>

namespace millrace::perf {

void histogram::record_bucket(std::size_t index, std::uint64_t times) noexcept {
  if (times == 0) return;
  counts_[index] += times;
  total_ += times;
  min_ = std::min(min_, lowest_of(index));
  max_ = std::max(max_, highest_of(index));
}

void histogram::merge(const histogram& other) noexcept {
  for (std::size_t i = 0; i < bucket_count; ++i) counts_[i] += other.counts_[i];
  total_ += other.total_;
  clipped_ += other.clipped_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

double histogram::mean() const noexcept {
  if (total_ == 0) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    if (counts_[i] == 0) continue;
    const double middle = 0.5 * static_cast<double>(lowest_of(i) + highest_of(i));
    sum += middle * static_cast<double>(counts_[i]);
  }
  return sum / static_cast<double>(total_);
}

std::uint64_t histogram::percentile(double percent) const noexcept {
  if (total_ == 0) return 0;
  const double share = std::clamp(percent, 0.0, 100.0) / 100;
  const auto wanted = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(total_))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    seen += counts_[i];
    if (seen >= wanted) return std::min(highest_of(i), max_);
  }
  return max_;
}

}  // namespace millrace::perf
