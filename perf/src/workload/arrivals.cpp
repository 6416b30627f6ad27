#include "workload/arrivals.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

#include "workload/duration.hpp"

namespace millrace::perf {

arrival_plan parse_arrivals(std::string_view text) {
  constexpr std::string_view bursts = "bursts:";
  if (text == "constant") return {.rule = arrival_plan::kind::constant};
  if (text == "poisson") return {.rule = arrival_plan::kind::poisson};
  const std::size_t colon = text.rfind(':');
  if (text.starts_with(bursts) && colon > bursts.size()) {
    const arrival_plan plan{
        .rule = arrival_plan::kind::bursts,
        .on_ns = parse_duration_ns(text.substr(bursts.size(), colon - bursts.size())),
        .off_ns = parse_duration_ns(text.substr(colon + 1)),
    };
    if (plan.on_ns != 0) return plan;
  }
  throw std::runtime_error("arrivals: '" + std::string(text) +
                           "' is not one of constant, poisson, bursts:ON:OFF");
}

arrival_process::arrival_process(const arrival_plan& plan, double rate_per_second,
                                 std::uint64_t seed)
    : plan_(plan), gap_ns_(1e9 / rate_per_second), random_(seed) {
  if (plan.rule != arrival_plan::kind::bursts) return;
  const auto on = static_cast<double>(plan.on_ns);
  gap_ns_ *= on / (on + static_cast<double>(plan.off_ns));
}

std::uint64_t arrival_process::next() noexcept {
  const double nth = static_cast<double>(count_++);
  switch (plan_.rule) {
    case arrival_plan::kind::constant: return static_cast<std::uint64_t>(nth * gap_ns_);
    case arrival_plan::kind::poisson:
      at_ns_ -= gap_ns_ * std::log1p(-random_.unit());
      return static_cast<std::uint64_t>(at_ns_);
    case arrival_plan::kind::bursts: {
      const auto on = static_cast<double>(plan_.on_ns);
      const double busy_ns = nth * gap_ns_;  // of the time while on
      const double rounds = std::floor(busy_ns / on);
      return static_cast<std::uint64_t>(busy_ns + rounds * static_cast<double>(plan_.off_ns));
    }
  }
  return 0;
}

}  // namespace millrace::perf
