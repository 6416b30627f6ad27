// SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash of short texts that nobody forges who
// does not know the key. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace::aws {

struct siphash_key {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

std::uint64_t siphash(const siphash_key& key, std::string_view bytes) noexcept;

}  // namespace millrace::aws
