#include "run/latency_series.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::perf {

namespace {

constexpr std::size_t batches_wanted = 24;
constexpr double supporting_min = 10;  ///< effective durations beyond a percentile

std::uint64_t count_above(const histogram& values, std::uint64_t ns) {
  std::uint64_t above = 0;
  for (std::size_t i = histogram::index_of(ns) + 1; i < histogram::bucket_count; ++i) {
    above += values.counts()[i];
  }
  return above;
}

/// Student's 97.5 % quantile, from the normal one.
double t_quantile(std::size_t degrees) {
  constexpr double z = 1.959964;
  return z + (z * z * z + z) / (4 * static_cast<double>(std::max<std::size_t>(degrees, 1)));
}

}  // namespace

void latency_series::grow(std::uint64_t slot) {
  while (slot >= slots_max) {
    for (std::size_t i = 0; i < slots_.size(); i += 2) {
      if (i != 0) slots_[i / 2] = slots_[i];
      if (i + 1 < slots_.size()) slots_[i / 2].merge(slots_[i + 1]);
    }
    slots_.resize((slots_.size() + 1) / 2);
    slot_ns_ *= 2;
    slot /= 2;
  }
  if (slot >= slots_.size()) slots_.resize(slot + 1);
}

histogram latency_series::all() const {
  histogram whole;
  for (const histogram& each : slots_) whole.merge(each);
  return whole;
}

histogram latency_series::between(std::uint64_t from_ns, std::uint64_t to_ns) const {
  histogram part;
  const std::size_t first = (from_ns + slot_ns_ - 1) / slot_ns_;
  for (std::size_t i = first; i < slots_.size() && i * slot_ns_ < to_ns; ++i) {
    part.merge(slots_[i]);
  }
  return part;
}

double effective_samples(const std::vector<batch>& batches) {
  double count = 0, above = 0;
  for (const batch& each : batches) {
    count += static_cast<double>(each.count);
    above += static_cast<double>(each.above);
  }
  if (batches.size() < 2 || count == 0) return 0;
  const double share = above / count;
  double squares = 0;
  for (const batch& each : batches) {
    const double off = static_cast<double>(each.above) - share * static_cast<double>(each.count);
    squares += off * off;
  }
  const auto n = static_cast<double>(batches.size());
  const double variance = n / (n - 1) * squares / (count * count);
  const double independent = share * (1 - share);
  return variance * count <= independent ? count : independent / variance;
}

percentile_estimate estimate_percentile(const latency_series& series, double percent) {
  const histogram whole = series.all();
  percentile_estimate made{.percent = percent};
  if (whole.count() == 0) return made;
  const std::uint64_t value = whole.percentile(percent);
  made.ns = static_cast<double>(value);
  const std::size_t slots = series.slots().size();
  const std::size_t parts = std::min(batches_wanted, slots);
  std::vector<batch> batches(parts);
  for (std::size_t i = 0; i < slots; ++i) {
    batch& into = batches[i * parts / slots];
    into.count += series.slots()[i].count();
    into.above += count_above(series.slots()[i], value);
  }
  made.effective = effective_samples(batches);
  const double share = percent / 100;
  if (made.effective * std::min(share, 1 - share) < supporting_min) return made;
  const double half = t_quantile(parts - 1) * std::sqrt(share * (1 - share) / made.effective);
  made.interval_ns = {static_cast<double>(whole.percentile(100 * std::max(0.0, share - half))),
                      static_cast<double>(whole.percentile(100 * std::min(1.0, share + half)))};
  return made;
}

}  // namespace millrace::perf
