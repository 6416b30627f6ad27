// What one run of a load at one rate did.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hist/histogram.hpp"
#include "results/series.hpp"
#include "run/delivery_check.hpp"
#include "run/latency_series.hpp"

namespace millrace::perf {

struct load_result {
  double rate = 0;     ///< wanted, messages a second
  double seconds = 0;  ///< of the measured phase; shorter than wanted if it was cut short
  // Counted in the measured phase, by the time at which it happened.
  std::uint64_t offered = 0;     ///< messages whose time came
  std::uint64_t accepted = 0;    ///< acknowledged
  std::uint64_t delivered = 0;   ///< to all subscriptions together
  std::uint64_t throttled = 0;   ///< refused for the rate
  std::uint64_t failed = 0;      ///< refused for another reason
  std::uint64_t never_sent = 0;  ///< given up because the target took no more
  std::uint64_t subscriptions = 1;
  bool cut_short = false;            ///< hopelessly behind
  bool drained = true;               ///< false: too much was left to wait for it
  double backlog_seconds = 0;        ///< until a wanted backlog was there; 0: none was wanted
  double backlog_drain_seconds = 0;  ///< from then until all of it was delivered
  latency_series send;               ///< intended time to acknowledgement
  latency_series delivery;           ///< intended time to the consumer's hands
  latency_series lag;                ///< how late the generator itself was
  double generator_busy = 0;         ///< its CPU time, of one core
  std::uint64_t errors = 0;
  std::string first_error;
  delivery_verdict verdict;
  std::uint64_t measured_from_ns = 0;  ///< monotonic
  /// Times from there, warm-up included; counts by the time at which they happened.
  std::vector<series_row> rows;

  [[nodiscard]] double offered_rate() const noexcept;
  [[nodiscard]] double accepted_rate() const noexcept;
  [[nodiscard]] double delivered_rate() const noexcept;  ///< of one subscription
  /// More than 1 % of what was offered, and more than 50 ms of it, was not answered by the end.
  [[nodiscard]] bool sends_saturated() const noexcept;
  /// That, or as much of what was accepted was not delivered: a backlog grew.
  [[nodiscard]] bool is_saturated() const noexcept;
  [[nodiscard]] double throttled_percent() const noexcept;

 private:
  [[nodiscard]] bool falls_short(std::uint64_t done, std::uint64_t wanted) const noexcept;
};

}  // namespace millrace::perf
