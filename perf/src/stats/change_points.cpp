// Sums over the matrix of distances are updated as the split moves by one, so that all splits of n
// values cost n * n steps.

#include "stats/change_points.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/samples.hpp"

namespace millrace::perf {

namespace {

struct split {
  std::size_t at = 0;
  double distance = 0;
};

/// The split with the greatest energy distance, scaled by how much the sides hold. `order` names
/// the values in the order in which they are looked at.
split best_split(std::span<const double> values, std::span<const std::size_t> order,
                 std::size_t side_min) {
  const std::size_t count = order.size();
  const auto apart = [&](std::size_t a, std::size_t b) {
    return std::abs(values[order[a]] - values[order[b]]);
  };
  double within_left = 0, within_right = 0, between = 0;  // sums over pairs
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < i; ++k) within_right += apart(i, k);
  }
  split best;
  for (std::size_t at = 1; at + side_min <= count; ++at) {
    const std::size_t moved = at - 1;
    double to_left = 0, to_right = 0;
    for (std::size_t k = 0; k < moved; ++k) to_left += apart(moved, k);
    for (std::size_t k = at; k < count; ++k) to_right += apart(moved, k);
    within_left += to_left;
    within_right -= to_right;
    between += to_right - to_left;
    if (at < side_min) continue;
    const auto n = static_cast<double>(at), m = static_cast<double>(count - at);
    const double distance = n * m / (n + m) *
                            (2 * between / (n * m) - 2 * within_left / (n * (n - 1)) -
                             2 * within_right / (m * (m - 1)));
    if (distance > best.distance) best = {at, distance};
  }
  return best;
}

/// How often a part in random order has as great a distance.
double permutation_p(std::span<const double> part, const split& found,
                     const change_options& options, sample_generator& random) {
  std::vector<std::size_t> order(part.size());
  std::iota(order.begin(), order.end(), 0);
  std::size_t as_great = 0;
  for (std::size_t i = 0; i < options.permutations; ++i) {
    for (std::size_t k = order.size(); k > 1; --k) std::swap(order[k - 1], order[random.below(k)]);
    if (best_split(part, order, options.side_min).distance >= found.distance) ++as_great;
  }
  return static_cast<double>(as_great + 1) / static_cast<double>(options.permutations + 1);
}

/// Divides [from, to) as long as a split counts; places and p in `found`.
void divide(std::span<const double> values, std::size_t from, std::size_t to,
            const change_options& options, sample_generator& random,
            std::vector<change_point>& found) {
  if (to - from < 2 * options.side_min) return;
  const auto part = values.subspan(from, to - from);
  std::vector<std::size_t> order(part.size());
  std::iota(order.begin(), order.end(), 0);
  const split best = best_split(part, order, options.side_min);
  if (best.at == 0) return;
  const double p = permutation_p(part, best, options, random);
  if (p > options.p_max) return;
  found.push_back({.first = from + best.at, .before = 0, .after = 0, .p = p});
  divide(values, from, from + best.at, options, random, found);
  divide(values, from + best.at, to, options, random, found);
}

double median_of(std::span<const double> values, std::size_t from, std::size_t to) {
  const auto part = values.subspan(from, to - from);
  return median({part.begin(), part.end()});
}

void set_medians(std::span<const double> values, std::vector<change_point>& found) {
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t from = i == 0 ? 0 : found[i - 1].first;
    const std::size_t to = i + 1 == found.size() ? values.size() : found[i + 1].first;
    found[i].before = median_of(values, from, found[i].first);
    found[i].after = median_of(values, found[i].first, to);
  }
}

}  // namespace

std::vector<change_point> find_changes(std::span<const double> values,
                                       const change_options& options) {
  std::vector<change_point> found;
  sample_generator random(options.seed);
  divide(values, 0, values.size(), options, random, found);
  std::sort(found.begin(), found.end(), [](auto& a, auto& b) { return a.first < b.first; });
  // The smallest step goes first, as its neighbours' medians change with it.
  const auto size = [](const change_point& each) {
    return std::abs(each.after - each.before) / std::abs(each.before);
  };
  for (set_medians(values, found); !found.empty(); set_medians(values, found)) {
    const auto least = std::min_element(found.begin(), found.end(),
                                        [&](auto& a, auto& b) { return size(a) < size(b); });
    if (!(size(*least) < options.magnitude_percent / 100)) break;
    found.erase(least);
  }
  return found;
}

}  // namespace millrace::perf
