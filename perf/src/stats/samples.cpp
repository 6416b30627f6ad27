// Implementation notes: sets here have tens of values, so sorting copies is the simple right way.

#include "stats/samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace millrace::perf {

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (values[above] - values[below]) * (place - static_cast<double>(below));
}

double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

double mann_whitney_p(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) return 1;
  struct ranked {
    double value;
    bool of_a;
  };
  std::vector<ranked> all;
  for (const double value : a) all.push_back({value, true});
  for (const double value : b) all.push_back({value, false});
  std::sort(all.begin(), all.end(), [](auto& x, auto& y) { return x.value < y.value; });
  double rank_sum_a = 0;
  double ties = 0;
  for (std::size_t first = 0; first < all.size();) {
    std::size_t end = first;
    while (end < all.size() && all[end].value == all[first].value) ++end;
    const double shared_rank = 0.5 * static_cast<double>(first + 1 + end);
    for (std::size_t i = first; i < end; ++i) rank_sum_a += all[i].of_a ? shared_rank : 0;
    const auto tied = static_cast<double>(end - first);
    ties += tied * (tied * tied - 1);
    first = end;
  }
  const auto count_a = static_cast<double>(a.size());
  const auto count_b = static_cast<double>(b.size());
  const double count = count_a + count_b;
  const double u = rank_sum_a - count_a * (count_a + 1) / 2;
  const double spread = count_a * count_b / 12 * (count + 1 - ties / (count * (count - 1)));
  if (!(spread > 0)) return 1;
  const double distance = std::max(0.0, std::abs(u - count_a * count_b / 2) - 0.5);
  return std::erfc(distance / std::sqrt(2 * spread));
}

std::uint64_t sample_generator::next() noexcept {
  std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15u;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

std::vector<double> resample(std::span<const double> from, std::size_t count,
                             sample_generator& random) {
  std::vector<double> drawn(count);
  for (double& value : drawn) value = from[random.below(from.size())];
  return drawn;
}

interval median_interval(std::span<const double> values, std::uint64_t seed) {
  constexpr int rounds = 1000;
  sample_generator random(seed);
  std::vector<double> medians;
  for (int i = 0; i < rounds && !values.empty(); ++i) {
    medians.push_back(median(resample(values, values.size(), random)));
  }
  return {quantile(medians, 0.025), quantile(medians, 0.975)};
}

}  // namespace millrace::perf
