// Sixteen MD5 lanes in 512-bit registers: the rotate and each round function are one instruction.
// Only this file's function is compiled for AVX-512; md5_many.cpp asks the processor first.
#include "base/md5_blocks.hpp"

#if defined(__x86_64__)
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC bug 105593, in its own header
#endif
#include <immintrin.h>

#include "base/md5_steps.hpp"

#define MR_AVX512 __attribute__((target("avx512f")))

namespace millrace::base {
namespace {

/// rows[i] word j <-> rows[j] word i.
MR_AVX512 inline void transpose(__m512i (&rows)[16]) noexcept {
  __m512i pairs[16];
  for (int i = 0; i < 16; i += 4) {
    const __m512i low01 = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
    const __m512i high01 = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
    const __m512i low23 = _mm512_unpacklo_epi32(rows[i + 2], rows[i + 3]);
    const __m512i high23 = _mm512_unpackhi_epi32(rows[i + 2], rows[i + 3]);
    pairs[i] = _mm512_unpacklo_epi64(low01, low23);
    pairs[i + 1] = _mm512_unpackhi_epi64(low01, low23);
    pairs[i + 2] = _mm512_unpacklo_epi64(high01, high23);
    pairs[i + 3] = _mm512_unpackhi_epi64(high01, high23);
  }
  for (int i = 0; i < 4; ++i) {
    const __m512i even0 = _mm512_shuffle_i32x4(pairs[i], pairs[i + 4], 0x88);
    const __m512i odd0 = _mm512_shuffle_i32x4(pairs[i], pairs[i + 4], 0xdd);
    const __m512i even1 = _mm512_shuffle_i32x4(pairs[i + 8], pairs[i + 12], 0x88);
    const __m512i odd1 = _mm512_shuffle_i32x4(pairs[i + 8], pairs[i + 12], 0xdd);
    rows[i] = _mm512_shuffle_i32x4(even0, even1, 0x88);
    rows[i + 8] = _mm512_shuffle_i32x4(even0, even1, 0xdd);
    rows[i + 4] = _mm512_shuffle_i32x4(odd0, odd1, 0x88);
    rows[i + 12] = _mm512_shuffle_i32x4(odd0, odd1, 0xdd);
  }
}

}  // namespace

// The truth tables of the round functions, for operands (b, c, d) or as reordered.
#define MR_F(b, c, d) _mm512_ternarylogic_epi32(b, c, d, 0xca)
#define MR_G(b, c, d) _mm512_ternarylogic_epi32(d, b, c, 0xca)
#define MR_H(b, c, d) _mm512_ternarylogic_epi32(b, c, d, 0x96)
#define MR_I(b, c, d) _mm512_ternarylogic_epi32(b, c, d, 0x39)
// Steps are assignments to their first argument, and 64 of them are one function by intent.
// NOLINTBEGIN(bugprone-macro-parentheses,readability-function-size)
#define MR_STEP(round, a, b, c, d, word, shift, constant)                               \
  a = _mm512_add_epi32(                                                                 \
      a, _mm512_add_epi32(words[word], _mm512_set1_epi32(static_cast<int>(constant)))); \
  a = _mm512_add_epi32(a, MR_##round(b, c, d));                                         \
  a = _mm512_add_epi32(_mm512_rol_epi32(a, shift), b);

MR_AVX512 void md5_blocks_avx512(md5_lane_states<16>& states, const std::uint8_t* const from[16],
                                 std::size_t count) noexcept {
  __m512i sum[4];
  for (int i = 0; i < 4; ++i) sum[i] = _mm512_load_si512(states.words[i]);
  for (std::size_t block = 0; block < count; ++block) {
    __m512i words[16];
    for (int lane = 0; lane < 16; ++lane) words[lane] = _mm512_loadu_si512(from[lane] + 64 * block);
    transpose(words);
    __m512i a = sum[0];
    __m512i b = sum[1];
    __m512i c = sum[2];
    __m512i d = sum[3];
    MR_MD5_STEPS(MR_STEP)
    sum[0] = _mm512_add_epi32(sum[0], a);
    sum[1] = _mm512_add_epi32(sum[1], b);
    sum[2] = _mm512_add_epi32(sum[2], c);
    sum[3] = _mm512_add_epi32(sum[3], d);
  }
  for (int i = 0; i < 4; ++i) _mm512_store_si512(states.words[i], sum[i]);
}
// NOLINTEND(bugprone-macro-parentheses,readability-function-size)

}  // namespace millrace::base
#endif
