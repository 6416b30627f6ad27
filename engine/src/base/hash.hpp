// Hashes for tables and routing (hash_bytes) and a keyed tag for receipt handles (keyed_tag,
// SipHash-2-4 as published by Aumasson and Bernstein, 2012).
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace millrace::base {

/// Mixes 64 bits so that every input bit reaches every output bit.
constexpr std::uint64_t mix64(std::uint64_t x) noexcept {
  x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93ULL;
  x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93ULL;
  return x ^ (x >> 32);
}

/// Not stable across releases unless stored with its seed: routing stores slots, not hashes.
inline std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed = 0) noexcept {
  std::uint64_t h = seed ^ (bytes.size() * 0x9e3779b97f4a7c15ULL);
  const char* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; p += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    h = mix64(h ^ word);
  }
  std::uint64_t tail = 0;
  if (left != 0) std::memcpy(&tail, p, left);
  return mix64(h ^ tail ^ 0xa0761d6478bd642fULL);
}

/// The slot of a queue's or a topic's name. Stored in data directories: never changes.
inline std::uint8_t slot_of(std::string_view name) noexcept {
  constexpr std::uint64_t slot_seed = 0x6d696c6c72616365;  // fixed for ever
  return static_cast<std::uint8_t>(hash_bytes(name, slot_seed) >> 56);
}

struct tag_key {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// SipHash-2-4 of whole 64-bit words.
std::uint64_t keyed_tag(const tag_key& key, std::span<const std::uint64_t> words) noexcept;

/// keyed_tag() with either key.
std::array<std::uint64_t, 2> keyed_tags(const std::array<tag_key, 2>& keys,
                                        std::span<const std::uint64_t> words) noexcept;

/// Words of one text, and where its two tags go.
struct tag_job {
  std::span<const std::uint64_t> words;
  std::array<std::uint64_t, 2>* tags = nullptr;
};

/// keyed_tags() of many texts, of any lengths, in turn; with AVX-512 four at a time.
void keyed_tags(const std::array<tag_key, 2>& keys, std::span<const tag_job> jobs) noexcept;

}  // namespace millrace::base
