// Character classes of RFC 9110 and 9112 and the loops that run over them, 16 bytes a step where
// SSE2 is at hand. Loads may pass the end of the data by up to 15 bytes: receive_buffer::padding.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace millrace::http {

namespace detail {
enum char_class : std::uint8_t { token_char = 1, target_char = 2, host_char = 4, digit_char = 8 };

constexpr std::array<std::uint8_t, 256> make_char_classes() {
  std::array<std::uint8_t, 256> table{};
  const auto mark = [&](std::string_view chars, std::uint8_t bits) {
    for (const char c : chars) table[static_cast<unsigned char>(c)] |= bits;
  };
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view digits = "0123456789";
  mark(letters, token_char | target_char | host_char);
  mark(digits, token_char | target_char | host_char | digit_char);
  mark("!#$%&'*+-.^_`|~", token_char);          // RFC 9110 5.6.2
  mark("-._~:/?@[]!$&'()*+,;=%", target_char);  // RFC 3986 2: no fragment, no spaces
  mark("-._~!$&'()*+;=%[]:", host_char);        // RFC 3986 3.2.2 and the port's colon
  return table;
}
inline constexpr auto char_classes = make_char_classes();
}  // namespace detail

constexpr bool is_token_char(char c) noexcept {
  return (detail::char_classes[static_cast<unsigned char>(c)] & detail::token_char) != 0;
}
constexpr bool is_target_char(char c) noexcept {
  return (detail::char_classes[static_cast<unsigned char>(c)] & detail::target_char) != 0;
}
constexpr bool is_host_char(char c) noexcept {
  return (detail::char_classes[static_cast<unsigned char>(c)] & detail::host_char) != 0;
}
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// The first byte at or after `from` that is a control character (below 0x20, or 0x7f; a tab is
/// none here), or `end`.
inline const char* find_control(const char* from, const char* end) noexcept {
#if defined(__SSE2__)
  const __m128i below = _mm_set1_epi8(0x1f);
  const __m128i del = _mm_set1_epi8(0x7f);
  const __m128i tab = _mm_set1_epi8('\t');
  for (; from < end; from += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(x, below), x);
    const __m128i bad =
        _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(x, tab), low), _mm_cmpeq_epi8(x, del));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(bad));
    if (mask != 0) {
      const char* hit = from + std::countr_zero(mask);
      return hit < end ? hit : end;
    }
  }
  return end;
#else
  for (; from < end; ++from) {
    const auto c = static_cast<unsigned char>(*from);
    if ((c < 0x20 && c != '\t') || c == 0x7f) return from;
  }
  return end;
#endif
}

/// The first colon at or after `from`, or some place not behind `end` that holds none: within 256
/// bytes there was no colon.
inline const char* find_colon(const char* from, const char* end) noexcept {
  const char* const stop = end - from > 256 ? from + 256 : end;
#if defined(__SSE2__)
  const __m128i colon = _mm_set1_epi8(':');
  for (const char* at = from; at < stop; at += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(x, colon)));
    if (mask == 0) continue;
    const char* const hit = at + std::countr_zero(mask);
    return hit < stop ? hit : stop;
  }
  return stop;
#else
  for (const char* at = from; at < stop; ++at) {
    if (*at == ':') return at;
  }
  return stop;
#endif
}

/// Whether the `size` bytes at `text` spell `lower` (which holds no upper-case letter and is
/// readable for 32 bytes), letters in either case. `size` is at most 32.
inline bool same_name(const char* text, const char* lower, std::size_t size) noexcept {
#if defined(__SSE2__)
  const __m128i before_a = _mm_set1_epi8('A' - 1);
  const __m128i behind_z = _mm_set1_epi8('Z' + 1);
  const __m128i fold = _mm_set1_epi8(0x20);
  std::uint32_t equal = 0;
  for (unsigned part = 0; part < 32; part += 16) {
    const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + part));
    const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(lower + part));
    const __m128i upper = _mm_and_si128(_mm_cmpgt_epi8(a, before_a), _mm_cmplt_epi8(a, behind_z));
    const __m128i same = _mm_cmpeq_epi8(_mm_or_si128(a, _mm_and_si128(upper, fold)), b);
    equal |= static_cast<std::uint32_t>(_mm_movemask_epi8(same)) << part;
  }
  const std::uint32_t wanted = size >= 32 ? ~0u : (1u << size) - 1;
  return (equal & wanted) == wanted;
#else
  for (std::size_t i = 0; i < size; ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c) != lower[i]) return false;
  }
  return true;
#endif
}

constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// Equality without regard to ASCII case, for values of any content.
constexpr bool same_ignoring_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

/// Without the spaces and tabs at both ends (OWS).
constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace millrace::http
