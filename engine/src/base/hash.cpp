#include "base/hash.hpp"

#include <algorithm>

#include "base/sip_tags.hpp"

namespace millrace::base {
namespace {

constexpr std::uint64_t rotate(std::uint64_t x, int k) noexcept {
  return (x << k) | (x >> (64 - k));
}

struct sip_state {
  std::uint64_t v0, v1, v2, v3;

  void round() noexcept {
    v0 += v1;
    v1 = rotate(v1, 13) ^ v0;
    v0 = rotate(v0, 32);
    v2 += v3;
    v3 = rotate(v3, 16) ^ v2;
    v0 += v3;
    v3 = rotate(v3, 21) ^ v0;
    v2 += v1;
    v1 = rotate(v1, 17) ^ v2;
    v2 = rotate(v2, 32);
  }
  void absorb(std::uint64_t word) noexcept {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

sip_state keyed_with(const tag_key& key) noexcept {
  return {key.low ^ 0x736f6d6570736575ULL, key.high ^ 0x646f72616e646f6dULL,
          key.low ^ 0x6c7967656e657261ULL, key.high ^ 0x7465646279746573ULL};
}

std::uint64_t length_word(std::span<const std::uint64_t> words) noexcept {
  return static_cast<std::uint64_t>(words.size() * 8) << 56;
}

}  // namespace

std::uint64_t keyed_tag(const tag_key& key, std::span<const std::uint64_t> words) noexcept {
  sip_state s = keyed_with(key);
  for (const std::uint64_t word : words) s.absorb(word);
  s.absorb(length_word(words));
  s.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) s.round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

// One tag is a single chain of steps; two chains run beside each other in nearly the same time.
std::array<std::uint64_t, 2> keyed_tags(const std::array<tag_key, 2>& keys,
                                        std::span<const std::uint64_t> words) noexcept {
  sip_state a = keyed_with(keys[0]);
  sip_state b = keyed_with(keys[1]);
  const auto absorb = [&](std::uint64_t word) {
    a.v3 ^= word;
    b.v3 ^= word;
    for (int i = 0; i < 2; ++i) {
      a.round();
      b.round();
    }
    a.v0 ^= word;
    b.v0 ^= word;
  };
  for (const std::uint64_t word : words) absorb(word);
  absorb(length_word(words));
  a.v2 ^= 0xff;
  b.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) {
    a.round();
    b.round();
  }
  return {a.v0 ^ a.v1 ^ a.v2 ^ a.v3, b.v0 ^ b.v1 ^ b.v2 ^ b.v3};
}

void keyed_tags(const std::array<tag_key, 2>& keys, std::span<const tag_job> jobs) noexcept {
#if defined(__x86_64__)
  static const bool wide = __builtin_cpu_supports("avx512f") != 0;
  for (; wide && jobs.size() > 1; jobs = jobs.subspan(std::min<std::size_t>(jobs.size(), 4))) {
    keyed_tags_avx512(keys, jobs.first(std::min<std::size_t>(jobs.size(), 4)));
  }
#endif
  for (const tag_job& job : jobs) *job.tags = keyed_tags(keys, job.words);
}

}  // namespace millrace::base
