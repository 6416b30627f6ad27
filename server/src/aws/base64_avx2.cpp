#include "aws/base64_avx2.hpp"

#include <immintrin.h>

namespace millrace::aws {
namespace {

#define MR_AVX2 [[gnu::target("avx2")]] inline

/// The same 16 bytes in both halves.
MR_AVX2 __m256i twice(__m128i half) noexcept { return _mm256_broadcastsi128_si256(half); }

/// 12 bytes in each half -> 16 numbers of 6 bits in each.
MR_AVX2 __m256i split(__m256i in) noexcept {
  // Each three bytes a b c become the 32 bits b a c b, so that every number lies in one 16-bit
  // half.
  const __m256i order = twice(_mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
  in = _mm256_shuffle_epi8(in, order);
  const __m256i odd = _mm256_mulhi_epu16(_mm256_and_si256(in, _mm256_set1_epi32(0x0fc0fc00)),
                                         _mm256_set1_epi32(0x04000040));
  const __m256i even = _mm256_mullo_epi16(_mm256_and_si256(in, _mm256_set1_epi32(0x003f03f0)),
                                          _mm256_set1_epi32(0x01000010));
  return _mm256_or_si256(odd, even);
}

/// Numbers below 64 -> their characters: what to add depends on the range, of which there are five.
MR_AVX2 __m256i characters_of(__m256i numbers) noexcept {
  const __m256i distances =
      twice(_mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                          '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0));
  __m256i range = _mm256_subs_epu8(numbers, _mm256_set1_epi8(51));
  const __m256i upper_case = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), numbers);
  range = _mm256_or_si256(range, _mm256_and_si256(upper_case, _mm256_set1_epi8(13)));
  return _mm256_add_epi8(numbers, _mm256_shuffle_epi8(distances, range));
}

/// Characters -> numbers. False: one of them is not in the alphabet.
MR_AVX2 bool numbers_of(__m256i in, __m256i& out) noexcept {
  // A bit for each group of high nibbles that are wrong together with a low one, and the reverse.
  const __m256i wrong_low = twice(_mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                                0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a));
  const __m256i wrong_high = twice(_mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08,
                                                 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10));
  const __m256i distances =
      twice(_mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0));
  const __m256i nibble = _mm256_set1_epi8(0x0f);
  const __m256i high = _mm256_and_si256(_mm256_srli_epi32(in, 4), nibble);
  const __m256i low = _mm256_and_si256(in, nibble);
  const bool good = _mm256_testz_si256(_mm256_shuffle_epi8(wrong_low, low),
                                       _mm256_shuffle_epi8(wrong_high, high)) != 0;
  const __m256i slash = _mm256_cmpeq_epi8(in, _mm256_set1_epi8('/'));
  out = _mm256_add_epi8(in, _mm256_shuffle_epi8(distances, _mm256_add_epi8(slash, high)));
  return good;
}

/// 16 numbers of 6 bits in each half -> 24 bytes at the front.
MR_AVX2 __m256i join(__m256i numbers) noexcept {
  const __m256i pairs = _mm256_maddubs_epi16(numbers, _mm256_set1_epi32(0x01400140));
  const __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
  const __m256i order =
      twice(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
  return _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(fours, order),
                                     _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7));
}

}  // namespace

bool has_avx2() noexcept {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}

[[gnu::target("avx2")]] std::size_t base64_encode_avx2(const char* from, std::size_t bytes,
                                                       char* to) noexcept {
  std::size_t done = 0;
  for (; bytes - done >= 28; done += 24, to += 32) {  // the second half is loaded 4 bytes too far
    const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + done));
    const __m128i second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + done + 12));
    const __m256i in = _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), characters_of(split(in)));
  }
  return done;
}

[[gnu::target("avx2")]] std::size_t base64_decode_avx2(const char* from, std::size_t characters,
                                                       char* to) noexcept {
  std::size_t done = 0;
  for (; characters - done >= 48; done += 32, to += 24) {  // a store goes 8 bytes too far
    __m256i numbers;
    const __m256i in = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + done));
    if (!numbers_of(in, numbers)) break;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), join(numbers));
  }
  return done;
}

}  // namespace millrace::aws
