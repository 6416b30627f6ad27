// SipHash-2-4 in 512-bit registers: four texts with two keys each are eight lanes. Only this file's
// functions are compiled for AVX-512; hash.cpp asks the processor first.
#include "base/sip_tags.hpp"

#if defined(__x86_64__)
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC bug 105593, in its own header
#pragma GCC diagnostic ignored "-Wuninitialized"        // the same
#endif
#include <immintrin.h>

#include <algorithm>

#define MR_AVX512 __attribute__((target("avx512f")))

namespace millrace::base {
namespace {

constexpr std::size_t texts_max = 4;

struct sip_lanes {
  __m512i v0, v1, v2, v3;
};

MR_AVX512 inline void round(sip_lanes& s) noexcept {
  s.v0 = _mm512_add_epi64(s.v0, s.v1);
  s.v1 = _mm512_xor_si512(_mm512_rol_epi64(s.v1, 13), s.v0);
  s.v0 = _mm512_rol_epi64(s.v0, 32);
  s.v2 = _mm512_add_epi64(s.v2, s.v3);
  s.v3 = _mm512_xor_si512(_mm512_rol_epi64(s.v3, 16), s.v2);
  s.v0 = _mm512_add_epi64(s.v0, s.v3);
  s.v3 = _mm512_xor_si512(_mm512_rol_epi64(s.v3, 21), s.v0);
  s.v2 = _mm512_add_epi64(s.v2, s.v1);
  s.v1 = _mm512_xor_si512(_mm512_rol_epi64(s.v1, 17), s.v2);
  s.v2 = _mm512_rol_epi64(s.v2, 32);
}

MR_AVX512 inline void absorb(sip_lanes& s, __m512i word) noexcept {
  s.v3 = _mm512_xor_si512(s.v3, word);
  round(s);
  round(s);
  s.v0 = _mm512_xor_si512(s.v0, word);
}

/// Lanes of texts that are longer than others go on alone.
MR_AVX512 inline void absorb(sip_lanes& s, __m512i word, __mmask8 which) noexcept {
  sip_lanes next = s;
  absorb(next, word);
  s.v0 = _mm512_mask_mov_epi64(s.v0, which, next.v0);
  s.v1 = _mm512_mask_mov_epi64(s.v1, which, next.v1);
  s.v2 = _mm512_mask_mov_epi64(s.v2, which, next.v2);
  s.v3 = _mm512_mask_mov_epi64(s.v3, which, next.v3);
}

/// The first keys in lanes 0 to 3, the second ones in 4 to 7.
MR_AVX512 inline __m512i keys_in_lanes(std::uint64_t first, std::uint64_t second,
                                       std::uint64_t constant) noexcept {
  return _mm512_mask_set1_epi64(_mm512_set1_epi64(static_cast<long long>(first ^ constant)), 0xf0,
                                static_cast<long long>(second ^ constant));
}

}  // namespace

MR_AVX512 void keyed_tags_avx512(const std::array<tag_key, 2>& keys,
                                 std::span<const tag_job> jobs) noexcept {
  const auto& [a, b] = keys;
  sip_lanes s{keys_in_lanes(a.low, b.low, 0x736f6d6570736575ULL),
              keys_in_lanes(a.high, b.high, 0x646f72616e646f6dULL),
              keys_in_lanes(a.low, b.low, 0x6c7967656e657261ULL),
              keys_in_lanes(a.high, b.high, 0x7465646279746573ULL)};
  std::size_t shortest = jobs[0].words.size();
  std::size_t longest = shortest;
  for (const tag_job& job : jobs) {
    shortest = std::min(shortest, job.words.size());
    longest = std::max(longest, job.words.size());
  }
  // After its last word a text has one that says its length.
  for (std::size_t i = 0; i <= longest; ++i) {
    alignas(32) std::uint64_t words[texts_max] = {};
    unsigned which = 0;
    for (std::size_t text = 0; text < jobs.size(); ++text) {
      const std::span<const std::uint64_t> from = jobs[text].words;
      if (i > from.size()) continue;
      words[text] = i < from.size() ? from[i] : static_cast<std::uint64_t>(from.size() * 8) << 56;
      which |= 0x11U << text;
    }
    const __m512i word =
        _mm512_broadcast_i64x4(_mm256_load_si256(reinterpret_cast<const __m256i*>(words)));
    if (i <= shortest) {
      absorb(s, word);
    } else {
      absorb(s, word, static_cast<__mmask8>(which));
    }
  }
  s.v2 = _mm512_xor_si512(s.v2, _mm512_set1_epi64(0xff));
  for (int i = 0; i < 4; ++i) round(s);
  alignas(64) std::uint64_t tags[2 * texts_max];
  _mm512_store_si512(tags,
                     _mm512_xor_si512(_mm512_xor_si512(s.v0, s.v1), _mm512_xor_si512(s.v2, s.v3)));
  for (std::size_t text = 0; text < jobs.size(); ++text) {
    *jobs[text].tags = {tags[text], tags[texts_max + text]};
  }
}

}  // namespace millrace::base
#endif
