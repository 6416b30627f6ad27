// Base64 and hexadecimal by tables; of long texts, the bulk goes through wide registers.
#include "aws/base64.hpp"

#include <array>

#include "aws/base64_avx2.hpp"

namespace millrace::aws {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t none = 0xff;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(none);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr auto values = make_values();

std::uint32_t value_of(char c) noexcept { return values[static_cast<unsigned char>(c)]; }

/// 24 bits of four characters; a bit above them is set when one is not in the alphabet.
std::uint32_t group_of(const char* text) noexcept {
  const std::uint32_t a = value_of(text[0]);
  const std::uint32_t b = value_of(text[1]);
  const std::uint32_t c = value_of(text[2]);
  const std::uint32_t d = value_of(text[3]);
  const std::uint32_t wrong = ((a | b | c | d) & 0x80) << 24;
  return wrong | (a << 18) | (b << 12) | (c << 6) | d;
}
constexpr std::uint32_t wrong_group = 0x80000000u;

constexpr std::size_t wide_bytes_min = 64;

}  // namespace

void base64_encode(std::string_view bytes, char* to) noexcept {
  if (bytes.size() >= wide_bytes_min && has_avx2()) {
    const std::size_t done = base64_encode_avx2(bytes.data(), bytes.size(), to);
    bytes.remove_prefix(done);
    to += base64_encoded_size(done);
  }
  const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  for (; left >= 3; left -= 3, from += 3) {
    const std::uint32_t group = static_cast<std::uint32_t>(from[0]) << 16 |
                                static_cast<std::uint32_t>(from[1]) << 8 | from[2];
    *to++ = alphabet[group >> 18];
    *to++ = alphabet[group >> 12 & 63];
    *to++ = alphabet[group >> 6 & 63];
    *to++ = alphabet[group & 63];
  }
  if (left == 0) return;
  const std::uint32_t group = static_cast<std::uint32_t>(from[0]) << 16 |
                              (left == 2 ? static_cast<std::uint32_t>(from[1]) << 8 : 0);
  *to++ = alphabet[group >> 18];
  *to++ = alphabet[group >> 12 & 63];
  *to++ = left == 2 ? alphabet[group >> 6 & 63] : '=';
  *to = '=';
}

std::string base64_text(std::string_view bytes) {
  std::string out(base64_encoded_size(bytes.size()), '\0');
  base64_encode(bytes, out.data());
  return out;
}

bool base64_decode(std::string_view text, char* to, std::size_t& size) noexcept {
  size = 0;
  if (text.size() % 4 != 0) return false;
  if (text.empty()) return true;
  char* const first = to;
  if (text.size() >= wide_bytes_min && has_avx2()) {
    const std::size_t done = base64_decode_avx2(text.data(), text.size(), to);
    text.remove_prefix(done);
    to += base64_decoded_size_max(done);
  }
  std::uint32_t wrong = 0;
  const char* from = text.data();
  const char* const last_group = from + text.size() - 4;
  for (; from < last_group; from += 4) {
    const std::uint32_t group = group_of(from);
    wrong |= group;
    *to++ = static_cast<char>(group >> 16);
    *to++ = static_cast<char>(group >> 8);
    *to++ = static_cast<char>(group);
  }
  const unsigned padding = from[3] != '=' ? 0 : (from[2] != '=' ? 1 : 2);
  const char ending[4] = {from[0], from[1], padding == 2 ? 'A' : from[2],
                          padding != 0 ? 'A' : from[3]};
  const std::uint32_t group = group_of(ending);
  if (((wrong | group) & wrong_group) != 0) return false;
  if (padding != 0 && (group & (padding == 1 ? 0xffu : 0xffffu)) != 0) return false;
  *to++ = static_cast<char>(group >> 16);
  if (padding < 2) *to++ = static_cast<char>(group >> 8);
  if (padding < 1) *to++ = static_cast<char>(group);
  size = static_cast<std::size_t>(to - first);
  return true;
}

void hex_encode(std::span<const std::uint8_t> bytes, char* to) noexcept {
  // Reckoned and not looked up, so that the compiler makes vectors of it.
  const auto digit = [](std::uint8_t n) {
    constexpr std::uint8_t letters = 'a' - 10 - '0';
    return static_cast<char>(n + '0' + (n > 9 ? letters : 0));
  };
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    to[2 * i] = digit(bytes[i] >> 4);
    to[2 * i + 1] = digit(bytes[i] & 15);
  }
}

bool hex_decode(std::string_view text, std::span<std::uint8_t> to) noexcept {
  if (text.size() != to.size() * 2) return false;
  const auto digit = [](char c) {
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i < to.size(); ++i) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    to[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

}  // namespace millrace::aws
