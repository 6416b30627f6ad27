// Durations over time: a histogram for each slot of a run, so that a percentile can be given with
// an interval that respects how much neighbouring messages have in common. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "hist/histogram.hpp"
#include "stats/samples.hpp"

namespace millrace::perf {

class latency_series {
 public:
  static constexpr std::size_t slots_max = 256;

  /// `slot_ns`: how long a slot is at first; it doubles whenever slots_max would be exceeded.
  explicit latency_series(std::uint64_t slot_ns = 100'000'000) : slot_ns_(slot_ns) {}

  /// A duration of `ns` that belongs to the moment `at_ns` after the start.
  void record(std::uint64_t at_ns, std::uint64_t ns) {
    const std::uint64_t slot = at_ns / slot_ns_;
    if (slot >= slots_.size()) grow(slot);
    slots_[at_ns / slot_ns_].record(ns);
  }

  [[nodiscard]] std::uint64_t slot_ns() const noexcept { return slot_ns_; }
  [[nodiscard]] const std::deque<histogram>& slots() const noexcept { return slots_; }
  [[nodiscard]] histogram all() const;
  /// Of the slots that begin there.
  [[nodiscard]] histogram between(std::uint64_t from_ns, std::uint64_t to_ns) const;

 private:
  void grow(std::uint64_t slot);

  std::uint64_t slot_ns_;
  std::deque<histogram> slots_;
};

/// A percentile with its 95 % interval. `effective` is how many independent durations the recorded
/// ones are worth at this percentile (batch means); below ten beyond the percentile there is no
/// interval, and the value is that of this run only.
struct percentile_estimate {
  double percent = 0;
  double ns = 0;
  double effective = 0;
  std::optional<interval> interval_ns{};

  [[nodiscard]] bool is_supported() const noexcept { return interval_ns.has_value(); }
};

[[nodiscard]] percentile_estimate estimate_percentile(const latency_series& series, double percent);

/// Of equal parts of the run that follow each other, each with its durations above a threshold:
/// the number of independent durations that estimate the whole share as well.
struct batch {
  std::uint64_t count = 0;
  std::uint64_t above = 0;
};
[[nodiscard]] double effective_samples(const std::vector<batch>& batches);

}  // namespace millrace::perf
