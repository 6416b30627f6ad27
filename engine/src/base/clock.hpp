// The time seam. A lane asks its clock once a batch; nothing else in the engine reads time.
// Engine time is milliseconds and nanoseconds since the Unix epoch that never go backwards:
// wall time when the engine opened plus monotonic time since.
#pragma once

#include <cstdint>

namespace millrace::base {

/// Engine time in nanoseconds since 1970-01-01 UTC.
using time_ns = std::int64_t;
/// Engine time in milliseconds since 1970-01-01 UTC; what SQS timestamps are made of.
using time_ms = std::int64_t;

constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::int64_t ns_per_s = 1'000'000'000;

constexpr time_ms to_ms(time_ns t) noexcept { return t / ns_per_ms; }

/// Implementations are safe to call from any thread.
class clock {
 public:
  clock() = default;
  clock(const clock&) = delete;
  clock& operator=(const clock&) = delete;
  virtual ~clock() = default;
  [[nodiscard]] virtual time_ns now() const noexcept = 0;
  /// Whether time passes by itself; if not, nothing becomes due by waiting.
  [[nodiscard]] virtual bool runs() const noexcept { return true; }
  /// Before anybody reads it: engine time goes on from `t` if it would be earlier.
  virtual void not_before(time_ns t) noexcept = 0;
};

/// Wall time at construction (not before `at_least`) plus CLOCK_MONOTONIC since.
class system_clock final : public clock {
 public:
  explicit system_clock(time_ns at_least = 0) noexcept;
  [[nodiscard]] time_ns now() const noexcept override;
  void not_before(time_ns t) noexcept override;

 private:
  time_ns offset_;
};

/// CPU-independent monotonic nanoseconds, for waiting and for metrics; not engine time.
[[nodiscard]] std::int64_t monotonic_ns() noexcept;

/// The operating system's wall clock, read once when an engine opens.
[[nodiscard]] time_ns wall_ns() noexcept;

}  // namespace millrace::base
