// decimal_add: adds to a decimal text in place, eight digits at a time: one digit a byte, and a
// carry from byte to byte is the carry of the sum of two words. Pure.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "stream/hash_space.hpp"

namespace millrace::stream {

/// Digits of what is added, eight a word, the last eight first.
template <std::size_t Words>
using decimal_words = std::array<std::uint64_t, Words>;

template <std::size_t Words>
constexpr decimal_words<Words> decimal_words_of(wide number) noexcept {
  decimal_words<Words> out{};
  for (std::uint64_t& word : out) {
    for (unsigned at = 0; at < 64; at += 8, number /= 10) {
      word |= static_cast<std::uint64_t>(number % 10) << at;
    }
  }
  return out;
}

/// False: the sum has more digits than the text, whose length is a multiple of eight and at least
/// that of `more`. With a `copy`, the sum is written there as well: a load that spans the words
/// which were stored just now would wait for them.
template <std::size_t Words>
bool decimal_add(std::span<char> text, const decimal_words<Words>& more,
                 char* copy = nullptr) noexcept {
  constexpr std::uint64_t each = 0x0101010101010101;
  constexpr std::uint64_t zeros = each * '0';
  constexpr std::uint64_t to_ten = each * (256 - 10);  // from ten on a byte carries
  constexpr bool swapped = std::endian::native == std::endian::little;
  std::uint64_t carry = 0;
  std::size_t at = text.size();
  if (copy != nullptr) std::memcpy(copy, text.data(), at - Words * sizeof(std::uint64_t));
  for (std::size_t i = 0; at != 0 && (i < Words || carry != 0); ++i) {
    at -= sizeof(std::uint64_t);
    std::uint64_t word;
    std::memcpy(&word, &text[at], sizeof word);
    if (swapped) word = __builtin_bswap64(word);
    const std::uint64_t added = (i < Words ? more[i] : 0) + carry;
    carry = __builtin_add_overflow(word - zeros + to_ten, added, &word) ? 1 : 0;
    // A byte that did not carry still has what was added to make it carry, and only such a one
    // its top bit.
    word -= (word >> 7 & each) * (256 - 10);
    word += zeros;
    if (swapped) word = __builtin_bswap64(word);
    std::memcpy(&text[at], &word, sizeof word);
    if (copy != nullptr) std::memcpy(copy + at, &word, sizeof word);
  }
  return carry == 0;
}

}  // namespace millrace::stream
