// The 128-bit space over which partition keys are spread, as numbers. Pure functions, any thread.
#pragma once

#include <millrace/stream.hpp>

namespace millrace::stream {

__extension__ using wide = unsigned __int128;

constexpr wide number_of(const hash_key& key) noexcept { return wide{key.high} << 64 | key.low; }
constexpr hash_key key_of(wide number) noexcept {
  return {static_cast<std::uint64_t>(number >> 64), static_cast<std::uint64_t>(number)};
}

/// Where share `i` of `count` equal ones begins; the last one takes what is left over.
constexpr hash_key share_begin(std::uint32_t i, std::uint32_t count) noexcept {
  const wide all_but_one = number_of(hash_key_max);
  const bool even = all_but_one % count == count - 1;
  return i == 0 ? hash_key{} : key_of((all_but_one / count + (even ? 1 : 0)) * i);
}
constexpr hash_key before(const hash_key& key) noexcept { return key_of(number_of(key) - 1); }
constexpr hash_key after(const hash_key& key) noexcept { return key_of(number_of(key) + 1); }

}  // namespace millrace::stream
