#include "run/load_result.hpp"

namespace millrace::perf {

namespace {

constexpr double in_time_min = 0.99;

double per_second(std::uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

}  // namespace

double load_result::offered_rate() const noexcept { return per_second(offered, seconds); }

double load_result::accepted_rate() const noexcept { return per_second(accepted, seconds); }

double load_result::delivered_rate() const noexcept {
  return per_second(delivered, seconds) / static_cast<double>(subscriptions);
}

bool load_result::sends_saturated() const noexcept {
  const std::uint64_t answered = accepted + throttled + failed;
  return cut_short || static_cast<double>(answered) < in_time_min * static_cast<double>(offered);
}

bool load_result::is_saturated() const noexcept {
  const auto wanted = static_cast<double>(accepted * subscriptions);
  return sends_saturated() || !drained || static_cast<double>(delivered) < in_time_min * wanted;
}

double load_result::throttled_percent() const noexcept {
  return offered == 0 ? 0 : 100 * static_cast<double>(throttled) / static_cast<double>(offered);
}

}  // namespace millrace::perf
