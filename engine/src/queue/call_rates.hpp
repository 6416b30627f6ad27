// call_rates: the rates of limits=aws on FIFO queues: of each action 300 calls a second and queue,
// or for queues of high throughput what a region has for all of them. A batch is one call.
#pragma once

#include <array>
#include <cstdint>
#include <millrace/limits.hpp>
#include <string_view>

#include "sync/rate_gate.hpp"

namespace millrace::queue {

/// Single calls and batches of an action count together.
enum class rated_action : std::uint8_t { send, receive, remove, change_visibility };
constexpr std::size_t rated_actions = 4;

/// Of one queue.
struct call_rates {
  std::array<base::time_ns, rated_actions> due = {};

  bool pass(rated_action action, base::time_ns now) noexcept {
    constexpr base::call_rate rate(fifo_calls_per_second);
    base::time_ns& at = due[static_cast<std::size_t>(action)];
    const auto next = rate.pass(at, now);
    if (next) at = *next;
    return next.has_value();
  }
};

/// Of an engine; the lanes share it.
struct region_rates {
  explicit region_rates(std::string_view region) : region_rates(fifo_high_throughput(region)) {}
  explicit region_rates(std::int64_t per_second)
      : of{sync::rate_gate(per_second), sync::rate_gate(per_second), sync::rate_gate(per_second),
           sync::rate_gate(per_second)} {}

  std::array<sync::rate_gate, rated_actions> of;
};

}  // namespace millrace::queue
