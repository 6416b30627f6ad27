// What a consumer does between two polls of a ring that found nothing. Two strategies with one
// interface: `latency_backoff` looks again at once, `throughput_backoff` stays away long enough for
// the producer to run ahead (lag control). Owned by one consumer and used on its thread only; they
// never block, yield or call the system (parking is the doorbell's).
#pragma once

#include <algorithm>
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
  void after_records() noexcept {}
};

/// Stays away for 64 to 256 pauses after an empty poll. Without it a consumer that is a little
/// faster than its producer chases the tail: it steals the very line that is being written, and
/// each record costs both sides one or two line transfers instead of a share of one. Adapts: each
/// empty poll in a row doubles the stay, any record brings it back to the minimum.
class throughput_backoff {
 public:
  static constexpr std::uint32_t pauses_min = 64;
  static constexpr std::uint32_t pauses_max = 256;

  void after_empty() noexcept {
    for (std::uint32_t i = 0; i < pauses_; ++i) cpu_pause();
    pauses_ = std::min(pauses_ * 2, pauses_max);
  }
  void after_records() noexcept { pauses_ = pauses_min; }
  [[nodiscard]] std::uint32_t pauses() const noexcept { return pauses_; }

 private:
  std::uint32_t pauses_ = pauses_min;
};

}  // namespace millrace::sync
