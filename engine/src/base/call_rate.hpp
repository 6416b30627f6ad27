// call_rate: how many calls a second are let through, as a pure function of time. The generic cell
// rate algorithm: each call has an instant at which it is due, and may come `early` before it.
#pragma once

#include <algorithm>
#include <optional>

#include "base/clock.hpp"

namespace millrace::base {

/// A source that keeps trying gets rate x seconds calls and 1/15 s of the rate more, so over ten
/// seconds less than 1 % more; one that keeps to its rate may stall that long and lose nothing.
class call_rate {
 public:
  constexpr explicit call_rate(std::int64_t per_second) noexcept
      : interval_(ns_per_s / per_second), early_(ns_per_s / 15 - interval_) {}

  /// When the call after one at `now` is due, if that one may pass; `due` is what this said of the
  /// call before, at first 0.
  [[nodiscard]] constexpr std::optional<time_ns> pass(time_ns due, time_ns now) const noexcept {
    if (due - now > early_) return std::nullopt;
    return std::max(due, now) + interval_;
  }

 private:
  time_ns interval_;
  time_ns early_;
};

}  // namespace millrace::base
