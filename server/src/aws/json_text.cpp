// Strings, numbers and literals of JSON (RFC 8259 sections 6 and 7).
#include "aws/json_text.hpp"

#include <simdjson.h>

#include <bit>
#include <cstring>

#include "aws/base64_avx2.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace millrace::aws {
namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// The value of four hexadecimal digits, or -1.
std::int32_t hex4(const char* at) noexcept {
  std::int32_t number = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = at[i];
    const char lower = static_cast<char>(c | 0x20);
    std::int32_t digit = -1;
    if (is_digit(c)) digit = c - '0';
    if (lower >= 'a' && lower <= 'f') digit = lower - 'a' + 10;
    if (digit < 0) return -1;
    number = number * 16 + digit;
  }
  return number;
}

char* put_utf8(char* to, std::uint32_t code) noexcept {
  const auto put = [&to](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | (code >> 6));
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3f));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  }
  return to;
}

char simple_escape(char c) noexcept {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '/': return '/';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return '\0';
  }
}

bool is_special(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

#if defined(__SSE2__)
/// A bit for each of the 16 bytes that is a quote, a backslash or a control character.
unsigned special_mask(__m128i x) noexcept {
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1f)), x);
  const __m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
  return static_cast<unsigned>(
      _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control)));
}

/// As special_mask(), of 32 bytes: a byte of ones for each.
[[gnu::target("avx2")]] inline __m256i special_bytes(__m256i x) noexcept {
  const __m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8(0x1f)), x);
  const __m256i quote = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('"'));
  const __m256i backslash = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\'));
  return _mm256_or_si256(_mm256_or_si256(quote, backslash), control);
}

/// Passes over 64 bytes at a time while none of them is special and all lie before `end`.
[[gnu::target("avx2"), gnu::noinline]] const char* pass_plain_avx2(const char* at, const char* end,
                                                                   bool& high) noexcept {
  __m256i seen = _mm256_setzero_si256();
  for (; end - at >= 64; at += 64) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i y = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32));
    const __m256i special = _mm256_or_si256(special_bytes(x), special_bytes(y));
    if (_mm256_testz_si256(special, special) == 0) break;
    seen = _mm256_or_si256(seen, _mm256_or_si256(x, y));
  }
  high = high || _mm256_movemask_epi8(seen) != 0;
  return at;
}
#endif

/// The first special byte at or after `at`, or `end`; `high` collects whether any byte up to there
/// (or a little behind) was not ASCII.
const char* find_special(const char* at, const char* end, bool& high) noexcept {
#if defined(__SSE2__)
  const auto load = [](const char* from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  };
  constexpr int short_bytes = 128;  // most strings are: the call would cost more than it saves
  const char* const wide_from = end - at > short_bytes && has_avx2() ? at + short_bytes : nullptr;
  __m128i seen = _mm_setzero_si128();
  std::uint32_t mask = 0;
  for (; at < end; at += 32) {  // may look 31 bytes past the end
    if (at == wide_from) {
      at = pass_plain_avx2(at, end, high);
      if (at == end) break;
    }
    const __m128i x = load(at);
    const __m128i y = load(at + 16);
    seen = _mm_or_si128(seen, _mm_or_si128(x, y));
    mask = special_mask(x) | special_mask(y) << 16;
    if (mask != 0) break;
  }
  high = high || _mm_movemask_epi8(seen) != 0;
  const char* const found = mask == 0 ? end : at + std::countr_zero(mask);
  return found < end ? found : end;
#else
  for (; at < end && !is_special(*at); ++at) high = high || static_cast<unsigned char>(*at) >= 0x80;
  return at;
#endif
}

/// Copies up to the first special byte or `end`, to where 16 bytes more may be written; moves
/// both pointers there.
void copy_plain(const char*& from, const char* end, char*& to, bool& high) noexcept {
#if defined(__SSE2__)
  while (end - from >= 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), x);
    high = high || _mm_movemask_epi8(x) != 0;
    const unsigned mask = special_mask(x);
    const int plain = mask == 0 ? 16 : std::countr_zero(mask);
    from += plain;
    to += plain;
    if (mask != 0) return;
  }
#endif
  for (; from < end && !is_special(*from); ++from) {
    high = high || static_cast<unsigned char>(*from) >= 0x80;
    *to++ = *from;
  }
}

}  // namespace

/// `copy` is where the text went, in the open end of `memory`, when it had escapes.
json_text::outcome json_text::read_string(arena& memory, std::string_view& into,
                                          const char*& copy) noexcept {
  if (!take('"')) return outcome::malformed;
  const char* const first = at_;
  bool high = false;
  at_ = find_special(first, end_, high);
  if (at_ == end_ || (*at_ != '"' && *at_ != '\\')) return outcome::malformed;
  plain_ = *at_ == '"' && !high;
  if (*at_ == '\\') {
    const outcome copied = copy_with_escapes(first, memory, into);
    copy = into.data();
    return copied;
  }
  into = {first, static_cast<std::size_t>(at_ - first)};
  if (high && !simdjson::validate_utf8(into.data(), into.size())) {
    at_ = first;
    return outcome::invalid_utf8;
  }
  ++at_;
  return outcome::ok;
}

/// The string from `first` on, whose first escape stands at at_. Undone it is no longer than
/// written, so the rest of the text is room enough; what is not used goes back at once.
json_text::outcome json_text::copy_with_escapes(const char* first, arena& memory,
                                                std::string_view& into) noexcept {
  char* const copy = memory.open(static_cast<std::size_t>(end_ - first) + 16);
  char* to = copy;
  bool high = false;
  at_ = first;
  while (true) {
    copy_plain(at_, end_, to, high);
    if (at_ == end_) return outcome::malformed;
    if (*at_ == '"') break;
    if (*at_ != '\\') return outcome::malformed;
    const outcome undone = escape(to);
    if (undone != outcome::ok) return undone;
  }
  if (high && !simdjson::validate_utf8(first, static_cast<std::size_t>(at_ - first))) {
    at_ = first;
    return outcome::invalid_utf8;
  }
  ++at_;
  into = {copy, static_cast<std::size_t>(to - copy)};
  return outcome::ok;
}

/// Undoes the escape at at_ and moves behind it; stays there when it is wrong.
json_text::outcome json_text::escape(char*& to) noexcept {
  if (end_ - at_ < 2) return outcome::malformed;
  if (at_[1] == 'u') return unicode_escape(to);
  const char plain = simple_escape(at_[1]);
  if (plain == '\0') return outcome::malformed;
  *to++ = plain;
  at_ += 2;
  return outcome::ok;
}

/// \uXXXX, or two of them that are a surrogate pair; half a pair is no text.
json_text::outcome json_text::unicode_escape(char*& to) noexcept {
  const std::int32_t code = end_ - at_ < 6 ? -1 : hex4(at_ + 2);
  if (code < 0) return outcome::malformed;
  if (code < 0xd800 || code >= 0xe000) {
    to = put_utf8(to, static_cast<std::uint32_t>(code));
    at_ += 6;
    return outcome::ok;
  }
  const bool paired = code < 0xdc00 && end_ - at_ >= 12 && at_[6] == '\\' && at_[7] == 'u';
  const std::int32_t low = paired ? hex4(at_ + 8) : -1;
  if (low < 0xdc00 || low >= 0xe000) return outcome::invalid_utf8;
  to = put_utf8(to, static_cast<std::uint32_t>(0x10000 + ((code - 0xd800) << 10) + low - 0xdc00));
  at_ += 12;
  return outcome::ok;
}

bool json_text::number(std::string_view& into, bool& plain) noexcept {
  const char* const first = at_;
  const auto digits = [this] {
    const char* const from = at_;
    while (at_ < end_ && is_digit(*at_)) ++at_;
    return at_ != from;
  };
  plain = true;
  if (at_ < end_ && *at_ == '-') ++at_;
  const char* const leading = at_;
  if (!digits() || (*leading == '0' && at_ - leading > 1)) return false;
  if (at_ < end_ && *at_ == '.') {
    plain = false;
    ++at_;
    if (!digits()) return false;
  }
  if (at_ < end_ && (*at_ | 0x20) == 'e') {
    plain = false;
    ++at_;
    if (at_ < end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!digits()) return false;
  }
  into = {first, static_cast<std::size_t>(at_ - first)};
  return true;
}

bool json_text::literal(std::string_view word) noexcept {
  if (static_cast<std::size_t>(end_ - at_) < word.size() ||
      std::memcmp(at_, word.data(), word.size()) != 0) {
    return false;
  }
  at_ += word.size();
  return true;
}

}  // namespace millrace::aws
