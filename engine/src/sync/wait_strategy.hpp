// wait_strategy: what a thread that found nothing to do does next: spin, then yield, then park.
// Lane threads and waiting clients own one each and call it on their thread only; it blocks nobody
// itself, parking is the doorbell's part.
//
//   if (did_something) wait.reset();
//   else if (wait.idle(base::monotonic_ns())) { bell.prepare_to_sleep(); look again; bell.wait(); }
#pragma once

#include <cstdint>

namespace millrace::sync {

enum class wait_step : std::uint8_t { spin, yield, park };

class wait_strategy {
 public:
  struct options {
    /// False where the plan has more busy threads than cores: a spinner would only keep the one it
    /// waits for off its core.
    bool may_spin = true;
    std::int64_t yield_after_ns = 20'000;
    /// Waking a parked thread costs its waker up to 20 us: worth it only after a longer silence.
    std::int64_t park_after_ns = 75'000;
  };

  wait_strategy() noexcept : wait_strategy(options{}) {}
  explicit wait_strategy(const options& wanted) noexcept : options_(wanted) {}

  /// Something was done: the silence is over.
  void reset() noexcept { idle_since_ns_ = busy; }

  /// Nothing was done at `now_ns` (monotonic): what is due. Neither waits nor reads a clock.
  [[nodiscard]] wait_step next(std::int64_t now_ns) noexcept {
    if (idle_since_ns_ == busy) idle_since_ns_ = now_ns;
    const std::int64_t silence_ns = now_ns - idle_since_ns_;
    if (silence_ns >= options_.park_after_ns) return wait_step::park;
    if (silence_ns >= options_.yield_after_ns || !options_.may_spin) return wait_step::yield;
    return wait_step::spin;
  }

  /// next(), and does it if it is a short spin or a yield. True: the caller should park now; once
  /// back it starts a new silence.
  [[nodiscard]] bool idle(std::int64_t now_ns) noexcept;

 private:
  static constexpr std::int64_t busy = INT64_MIN;

  options options_;
  std::int64_t idle_since_ns_ = busy;
};

}  // namespace millrace::sync
