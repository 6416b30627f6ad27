#include "ring_series.hpp"

#include <cstdio>

#include "stats/samples.hpp"

namespace millrace::bench {

void ring_series::run_interleaved(const std::vector<competitor>& group) {
  for (int repeat = 0; repeat < repeats_; ++repeat) {
    cores_.wait();
    for (std::size_t i = 0; i < group.size(); ++i) {
      group[(i + static_cast<std::size_t>(repeat)) % group.size()].measure();
      rest_after_burst();
    }
  }
}

void ring_series::count(const burst_result& burst, std::uint64_t errors) {
  realtime_ = realtime_ && burst.realtime;
  errors_ += errors;
}

spread ring_series::of(const std::string& name) const {
  const auto found = samples_.find(name);
  if (found == samples_.end()) return {};
  return {perf::quantile(found->second, 0.25), perf::median(found->second),
          perf::quantile(found->second, 0.75)};
}

void ring_series::print(const std::string& title, const std::string& prefix) const {
  std::printf("\n%s\n", title.c_str());
  for (auto at = samples_.lower_bound(prefix); at != samples_.end(); ++at) {
    if (at->first.compare(0, prefix.size(), prefix) != 0) break;
    const spread s = of(at->first);
    std::printf("  %-58s %9.2f  [%.2f %.2f]\n", at->first.c_str() + prefix.size(), s.middle, s.low,
                s.high);
  }
}

}  // namespace millrace::bench
