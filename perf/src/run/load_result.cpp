#include "run/load_result.hpp"

#include <algorithm>

namespace millrace::perf {

namespace {

constexpr double short_share_max = 0.01;
constexpr double short_seconds_max = 0.05;  ///< what may be under way when a short run ends

double per_second(std::uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

}  // namespace

double load_result::offered_rate() const noexcept { return per_second(offered, seconds); }

double load_result::accepted_rate() const noexcept { return per_second(accepted, seconds); }

double load_result::delivered_rate() const noexcept {
  return per_second(delivered, seconds) / static_cast<double>(subscriptions);
}

bool load_result::falls_short(std::uint64_t done, std::uint64_t wanted) const noexcept {
  const auto all = static_cast<double>(wanted);
  const double allowed =
      std::max(short_share_max * all, seconds > 0 ? all / seconds * short_seconds_max : 0);
  return static_cast<double>(done) < all - allowed;
}

bool load_result::sends_saturated() const noexcept {
  return cut_short || falls_short(accepted + throttled + failed, offered);
}

bool load_result::is_saturated() const noexcept {
  return sends_saturated() || !drained || falls_short(delivered, accepted * subscriptions);
}

double load_result::throttled_percent() const noexcept {
  return offered == 0 ? 0 : 100 * static_cast<double>(throttled) / static_cast<double>(offered);
}

}  // namespace millrace::perf
