// Sixteen MD5 lanes in 512-bit registers: the rotate and each round function are one instruction.
// Four times sixteen for messages of one block, as each step waits for the one before. Only this
// file's functions are compiled for AVX-512; md5_many.cpp asks the processor first.
#include "base/md5_blocks.hpp"

#if defined(__x86_64__)
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC bug 105593, in its own header
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "base/md5_steps.hpp"

#define MR_AVX512 __attribute__((target("avx512f")))
#define MR_AVX512_BYTES __attribute__((target("avx512f,avx512bw")))

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
#undef MR_STEP

namespace {

struct short_lanes {
  __m512i a;
  __m512i b;
  __m512i c;
  __m512i d;
};

MR_AVX512_BYTES inline __m512i in_each(std::uint32_t word) noexcept {
  return _mm512_set1_epi32(static_cast<int>(word));
}

MR_AVX512_BYTES inline short_lanes initial_lanes() noexcept {
  return {in_each(md5_initial[0]), in_each(md5_initial[1]), in_each(md5_initial[2]),
          in_each(md5_initial[3])};
}

/// The blocks of up to 16 messages, a lane each.
MR_AVX512_BYTES void load_short(std::span<const md5_job> jobs, __m512i (&words)[16]) noexcept {
  alignas(64) std::uint32_t bits[16]{};
  for (std::size_t i = 0; i < 16; ++i) {
    // Of a lane without a message, an address that is there: a load that faults is slow even
    // masked.
    const std::string_view bytes = i < jobs.size() ? jobs[i].bytes : std::string_view("");
    const std::uint64_t behind = std::uint64_t{1} << bytes.size();
    const __m512i mark = _mm512_maskz_set1_epi8(behind, static_cast<char>(0x80));
    words[i] = _mm512_mask_loadu_epi8(mark, behind - 1, bytes.data());
    bits[i] = static_cast<std::uint32_t>(bytes.size() * 8);
  }
  transpose(words);
  words[14] = _mm512_load_si512(bits);
}

MR_AVX512_BYTES void store_short(const short_lanes& ended, std::span<const md5_job> jobs) noexcept {
  const short_lanes initial = initial_lanes();
  const __m512i a = _mm512_add_epi32(ended.a, initial.a);
  const __m512i b = _mm512_add_epi32(ended.b, initial.b);
  const __m512i c = _mm512_add_epi32(ended.c, initial.c);
  const __m512i d = _mm512_add_epi32(ended.d, initial.d);
  const __m512i low_ab = _mm512_unpacklo_epi32(a, b);
  const __m512i high_ab = _mm512_unpackhi_epi32(a, b);
  const __m512i low_cd = _mm512_unpacklo_epi32(c, d);
  const __m512i high_cd = _mm512_unpackhi_epi32(c, d);
  alignas(64) std::uint8_t digests[4][4][16];  // that of message i at [i % 4][i / 4]
  _mm512_store_si512(digests[0], _mm512_unpacklo_epi64(low_ab, low_cd));
  _mm512_store_si512(digests[1], _mm512_unpackhi_epi64(low_ab, low_cd));
  _mm512_store_si512(digests[2], _mm512_unpacklo_epi64(high_ab, high_cd));
  _mm512_store_si512(digests[3], _mm512_unpackhi_epi64(high_ab, high_cd));
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    std::memcpy(jobs[i].digest->data(), digests[i % 4][i / 4], 16);
  }
}

}  // namespace

#define MR_STEP_OF(of, words, round, a, b, c, d, word, shift, with)   \
  of.a = _mm512_add_epi32(of.a, _mm512_add_epi32(words[word], with)); \
  of.a = _mm512_add_epi32(of.a, MR_##round(of.b, of.c, of.d));        \
  of.a = _mm512_add_epi32(_mm512_rol_epi32(of.a, shift), of.b);
#define MR_STEP(round, a, b, c, d, word, shift, constant)            \
  with = in_each(constant);                                          \
  MR_STEP_OF(first, words[0], round, a, b, c, d, word, shift, with)  \
  MR_STEP_OF(second, words[1], round, a, b, c, d, word, shift, with) \
  MR_STEP_OF(third, words[2], round, a, b, c, d, word, shift, with)  \
  MR_STEP_OF(fourth, words[3], round, a, b, c, d, word, shift, with)

MR_AVX512_BYTES void md5_short_avx512(std::span<const md5_job> jobs) noexcept {
  const auto part = [jobs](std::size_t i) {
    const std::size_t before = std::min(jobs.size(), i * 16);
    return jobs.subspan(before, std::min<std::size_t>(jobs.size() - before, 16));
  };
  __m512i words[4][16];
  for (std::size_t i = 0; i < 4; ++i) load_short(part(i), words[i]);
  short_lanes first = initial_lanes();
  short_lanes second = first;
  short_lanes third = first;
  short_lanes fourth = first;
  __m512i with;
  MR_MD5_STEPS(MR_STEP)
  store_short(first, part(0));
  store_short(second, part(1));
  store_short(third, part(2));
  store_short(fourth, part(3));
}
// NOLINTEND(bugprone-macro-parentheses,readability-function-size)

}  // namespace millrace::base
#endif
