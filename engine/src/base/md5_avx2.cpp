// Eight MD5 lanes in 256-bit registers. Only this file's function is compiled for AVX2;
// md5_many.cpp asks the processor first.
#include "base/md5_blocks.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

#include "base/md5_steps.hpp"

#define MR_AVX2 __attribute__((target("avx2")))

namespace millrace::base {
namespace {

/// rows[i] word j <-> rows[j] word i.
MR_AVX2 inline void transpose(__m256i* rows) noexcept {
  __m256i pairs[8];
  for (int i = 0; i < 8; i += 4) {
    const __m256i low01 = _mm256_unpacklo_epi32(rows[i], rows[i + 1]);
    const __m256i high01 = _mm256_unpackhi_epi32(rows[i], rows[i + 1]);
    const __m256i low23 = _mm256_unpacklo_epi32(rows[i + 2], rows[i + 3]);
    const __m256i high23 = _mm256_unpackhi_epi32(rows[i + 2], rows[i + 3]);
    pairs[i] = _mm256_unpacklo_epi64(low01, low23);
    pairs[i + 1] = _mm256_unpackhi_epi64(low01, low23);
    pairs[i + 2] = _mm256_unpacklo_epi64(high01, high23);
    pairs[i + 3] = _mm256_unpackhi_epi64(high01, high23);
  }
  for (int i = 0; i < 4; ++i) {
    rows[i] = _mm256_permute2x128_si256(pairs[i], pairs[i + 4], 0x20);
    rows[i + 4] = _mm256_permute2x128_si256(pairs[i], pairs[i + 4], 0x31);
  }
}

}  // namespace

#define MR_F(b, c, d) _mm256_xor_si256(d, _mm256_and_si256(b, _mm256_xor_si256(c, d)))
#define MR_G(b, c, d) _mm256_xor_si256(c, _mm256_and_si256(d, _mm256_xor_si256(b, c)))
#define MR_H(b, c, d) _mm256_xor_si256(_mm256_xor_si256(b, c), d)
#define MR_I(b, c, d) \
  _mm256_xor_si256(c, _mm256_or_si256(b, _mm256_xor_si256(d, _mm256_set1_epi32(-1))))
// Steps are assignments to their first argument, and 64 of them are one function by intent.
// NOLINTBEGIN(bugprone-macro-parentheses,readability-function-size)
#define MR_STEP(round, a, b, c, d, word, shift, constant)                               \
  a = _mm256_add_epi32(                                                                 \
      a, _mm256_add_epi32(words[word], _mm256_set1_epi32(static_cast<int>(constant)))); \
  a = _mm256_add_epi32(a, MR_##round(b, c, d));                                         \
  a = _mm256_or_si256(_mm256_slli_epi32(a, shift), _mm256_srli_epi32(a, 32 - (shift))); \
  a = _mm256_add_epi32(a, b);

MR_AVX2 void md5_blocks_avx2(md5_lane_states<8>& states, const std::uint8_t* const from[8],
                             std::size_t count) noexcept {
  const auto at = [](std::uint32_t* words) { return reinterpret_cast<__m256i*>(words); };
  __m256i sum[4];
  for (int i = 0; i < 4; ++i) sum[i] = *at(states.words[i]);
  for (std::size_t block = 0; block < count; ++block) {
    __m256i words[16];
    for (int lane = 0; lane < 8; ++lane) {
      const auto* bytes = reinterpret_cast<const __m256i*>(from[lane] + 64 * block);
      words[lane] = _mm256_loadu_si256(bytes);
      words[lane + 8] = _mm256_loadu_si256(bytes + 1);
    }
    transpose(words);
    transpose(words + 8);
    __m256i a = sum[0];
    __m256i b = sum[1];
    __m256i c = sum[2];
    __m256i d = sum[3];
    MR_MD5_STEPS(MR_STEP)
    sum[0] = _mm256_add_epi32(sum[0], a);
    sum[1] = _mm256_add_epi32(sum[1], b);
    sum[2] = _mm256_add_epi32(sum[2], c);
    sum[3] = _mm256_add_epi32(sum[3], d);
  }
  for (int i = 0; i < 4; ++i) *at(states.words[i]) = sum[i];
}
// NOLINTEND(bugprone-macro-parentheses,readability-function-size)

}  // namespace millrace::base
#endif
