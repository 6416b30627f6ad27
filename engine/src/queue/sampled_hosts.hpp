// sampled_hosts: SQS spreads a standard queue over hosts, and a short poll asks some of them. Which
// host has a message follows from its sequence; each host is asked with a probability of 3/4, so
// that repeated polls find everything. Pure.
#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace millrace::queue {

class sampled_hosts {
 public:
  /// All of them.
  constexpr sampled_hosts() noexcept = default;
  explicit constexpr sampled_hosts(base::random& draw) noexcept : asked_(drawn(draw.next())) {}

  [[nodiscard]] constexpr bool have(std::uint64_t sequence) const noexcept {
    constexpr std::uint64_t golden = 0x9e3779b97f4a7c15ULL;  // neighbours lie on different hosts
    return (asked_ >> (sequence * golden >> 59) & 1) != 0;
  }

 private:
  static constexpr std::uint32_t drawn(std::uint64_t bits) noexcept {
    return static_cast<std::uint32_t>(bits) | static_cast<std::uint32_t>(bits >> 32);
  }
  std::uint32_t asked_ = UINT32_MAX;  ///< a bit a host
};

}  // namespace millrace::queue
