// What a consumer does between two polls of a ring that found nothing. Two strategies with one
// interface: `latency_backoff` looks again at once, `throughput_backoff` stays away long enough for
// the producer to run ahead (lag control). Owned by one consumer and used on its thread only; they
// never block, yield or call the system (parking is the doorbell's).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace millrace::sync {

/// One spin-wait hint: 13-45 ns depending on the processor.
inline void cpu_pause() noexcept {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield" ::: "memory");
#endif
}

/// Looks again after a single pause: the shortest round trip.
class latency_backoff {
 public:
  void after_empty() noexcept { cpu_pause(); }
  void after_records(std::size_t) noexcept {}
};

/// Stays away for 64 to 512 pauses after an empty poll. Without it a consumer that is a little
/// faster than its producer chases the tail: it steals the very line that is being written, and
/// each record costs both sides one or two line transfers instead of a share of one. Adapts to the
/// flow: the stay doubles while it brings many records (a longer one spreads the cost of meeting
/// the producer over more of them), and halves while it brings few, who should not wait.
class throughput_backoff {
 public:
  static constexpr std::uint32_t pauses_min = 64;
  static constexpr std::uint32_t pauses_max = 512;

  void after_empty() noexcept {
    const bool many = fresh_ >= pauses_ / pauses_per_record;
    pauses_ = many ? std::min(pauses_ * 2, pauses_max) : std::max(pauses_ / 2, pauses_min);
    fresh_ = 0;
    for (std::uint32_t i = 0; i < pauses_; ++i) cpu_pause();
  }
  void after_records(std::size_t count) noexcept { fresh_ += count; }
  [[nodiscard]] std::uint32_t pauses() const noexcept { return pauses_; }

 private:
  /// A flow slower than one record in 8 pauses (100-300 ns) gains nothing from waiting.
  static constexpr std::uint32_t pauses_per_record = 8;

  std::uint32_t pauses_ = pauses_min;
  std::uint64_t fresh_ = 0;  ///< records since the last stay
};

}  // namespace millrace::sync
