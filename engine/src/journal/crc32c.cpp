// Three streams of the crc32 instruction (latency 3, one a cycle) run over three thirds of a piece;
// the first two results are moved over what follows them by a carry-less multiplication. The idea
// is Gopal et al., "Fast CRC computation for iSCSI polynomial using CRC32 instruction" (Intel,
// 2011).
//
// Reflected values: bit i of a 32-bit r stands for x^(31-i). One crc32 step takes (r, 64 bits d) to
// r x^64 + d x^32 mod P. A carry-less product of two such 32-bit values, read as 64 bits, is their
// product times x; so crc32(0, clmul(r, x^(n-33) mod P)) is r x^n mod P: r moved over n bits.
#include "journal/crc32c.hpp"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace millrace::journal {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint32_t polynomial = 0x82f63b78;  // reflected

constexpr auto tables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> t{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t r = byte;
    for (int bit = 0; bit < 8; ++bit) r = (r >> 1) ^ (polynomial & (0 - (r & 1)));
    t[0][byte] = r;
  }
  for (std::size_t k = 1; k < t.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      t[k][byte] = (t[k - 1][byte] >> 8) ^ t[0][t[k - 1][byte] & 0xff];
    }
  }
  return t;
}();

std::uint64_t load64(const std::byte* from) noexcept {
  std::uint64_t word;
  std::memcpy(&word, from, 8);
  return word;
}

// `crc` here and below is the register: not inverted.
std::uint32_t by_table(const std::byte* at, std::size_t left, std::uint32_t crc) noexcept {
  for (; left >= 8; at += 8, left -= 8) {
    const std::uint64_t word = load64(at) ^ crc;
    crc = 0;
    for (std::size_t k = 0; k < 8; ++k) crc ^= tables[7 - k][(word >> (8 * k)) & 0xff];
  }
  for (; left != 0; ++at, --left) {
    crc = (crc >> 8) ^ tables[0][(crc ^ static_cast<std::uint32_t>(*at)) & 0xff];
  }
  return crc;
}

#if defined(__x86_64__)

constexpr std::size_t words_max = 128;  // of one of the three streams

struct move_by {
  std::uint64_t one = 0;  ///< over one stream
  std::uint64_t two = 0;  ///< over two
};

// For streams of 1..words_max words.
constexpr auto moves = [] {
  std::array<move_by, words_max + 1> table{};
  std::uint32_t power = 0x80000000;  // x^0, then x^(64 k - 33)
  std::array<std::uint32_t, 2 * words_max + 1> moved{};
  std::size_t exponent = 0;
  for (std::size_t k = 1; k < moved.size(); ++k) {
    for (; exponent < 64 * k - 33; ++exponent) {
      power = (power >> 1) ^ (polynomial & (0 - (power & 1)));
    }
    moved[k] = power;
  }
  for (std::size_t k = 1; k <= words_max; ++k) table[k] = {moved[k], moved[2 * k]};
  return table;
}();

// The instructions for these functions only, not for the whole build.
#define MR_CRC_TARGET __attribute__((target("sse4.2,pclmul")))

MR_CRC_TARGET inline std::uint64_t multiply(std::uint64_t a, std::uint64_t b) noexcept {
  const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(a)),
                                               _mm_cvtsi64_si128(static_cast<long long>(b)), 0);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

// out == nullptr: no copy.
template <bool Copy>
MR_CRC_TARGET std::uint32_t by_instruction(const std::byte* at, std::size_t left, std::uint32_t crc,
                                           std::byte* out) noexcept {
  const auto step = [&](std::uint64_t r, std::size_t offset) MR_CRC_TARGET {
    const std::uint64_t word = load64(at + offset);
    if constexpr (Copy) std::memcpy(out + offset, &word, 8);
    return _mm_crc32_u64(r, word);
  };
  const auto advance = [&](std::size_t bytes) {
    at += bytes;
    if constexpr (Copy) out += bytes;
  };
  std::uint64_t a = crc;
  while (left >= 96) {
    const std::size_t words = left / 24 < words_max ? left / 24 : words_max;
    const std::size_t stream = words * 8;
    std::uint64_t b = 0;
    std::uint64_t c = 0;
    for (std::size_t offset = 0; offset != stream; offset += 8) {
      a = step(a, offset);
      b = step(b, offset + stream);
      c = step(c, offset + 2 * stream);
    }
    const move_by& by = moves[words];
    a = _mm_crc32_u64(0, multiply(a, by.two) ^ multiply(b, by.one)) ^ c;
    advance(3 * stream);
    left -= 3 * stream;
  }
  for (; left >= 8; left -= 8) {
    a = step(a, 0);
    advance(8);
  }
  std::uint32_t r = static_cast<std::uint32_t>(a);
  for (; left != 0; --left) {
    if constexpr (Copy) *out = *at;
    r = _mm_crc32_u8(r, static_cast<unsigned char>(*at));
    advance(1);
  }
  return r;
}

#undef MR_CRC_TARGET

bool has_instruction() noexcept {
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
}

#endif

}  // namespace

std::uint32_t crc32c(bytes_view bytes, std::uint32_t crc) noexcept {
#if defined(__x86_64__)
  if (has_instruction()) {
    return ~by_instruction<false>(bytes.data(), bytes.size(), ~crc, nullptr);
  }
#endif
  return ~by_table(bytes.data(), bytes.size(), ~crc);
}

std::uint32_t crc32c_copy(std::byte* out, bytes_view bytes, std::uint32_t crc) noexcept {
#if defined(__x86_64__)
  if (has_instruction()) return ~by_instruction<true>(bytes.data(), bytes.size(), ~crc, out);
#endif
  if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
  return ~by_table(bytes.data(), bytes.size(), ~crc);
}

std::uint32_t detail::crc32c_by_table(bytes_view bytes, std::uint32_t crc) noexcept {
  return ~by_table(bytes.data(), bytes.size(), ~crc);
}

}  // namespace millrace::journal
