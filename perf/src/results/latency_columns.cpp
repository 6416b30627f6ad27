#include "results/latency_columns.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::perf {

void latency_column::add(const histogram& values) {
  for (std::size_t i = 0; i < histogram::bucket_count; ++i) {
    if (values.counts()[i] == 0) continue;
    const auto middle = static_cast<double>(histogram::lowest_of(i) + histogram::highest_of(i)) / 2;
    const double place = std::log10(std::max(1.0, middle)) * bins_a_decade;
    counts[std::min(bins - 1, static_cast<std::size_t>(place))] += values.counts()[i];
  }
}

void latency_column::merge(const latency_column& next) {
  for (std::size_t i = 0; i < bins; ++i) counts[i] += next.counts[i];
  length_s = next.from_s + next.length_s - from_s;
}

double latency_column::low_of(std::size_t bin) noexcept {
  return std::pow(10, static_cast<double>(bin) / bins_a_decade);
}

std::vector<latency_column> fewer_columns(std::vector<latency_column> columns, std::size_t most) {
  while (columns.size() > most) {
    for (std::size_t i = 0; i < columns.size(); i += 2) {
      columns[i / 2] = columns[i];
      if (i + 1 < columns.size()) columns[i / 2].merge(columns[i + 1]);
    }
    columns.resize((columns.size() + 1) / 2);
  }
  return columns;
}

}  // namespace millrace::perf
