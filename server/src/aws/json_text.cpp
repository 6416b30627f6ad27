// Strings, numbers and literals of JSON (RFC 8259 sections 6 and 7).
#include "aws/json_text.hpp"

#include <simdjson.h>

#include <cstring>

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

/// The first quote, backslash or control character at or after `at`, or `end`; `high` collects
/// whether any byte up to there (or a little behind) was not ASCII.
const char* find_special(const char* at, const char* end, bool& high) noexcept {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1f);
  int seen = 0;
  for (; at < end; at += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i hit =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, backslash)),
                     _mm_cmpeq_epi8(_mm_min_epu8(x, control), x));
    seen |= _mm_movemask_epi8(x);
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hit));
    if (mask == 0) continue;
    high = high || seen != 0;
    const char* found = at + std::countr_zero(mask);
    return found < end ? found : end;
  }
  high = high || seen != 0;
  return end;
#else
  for (; at < end; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    high = high || c >= 0x80;
    if (c < 0x20 || c == '"' || c == '\\') return at;
  }
  return end;
#endif
}

}  // namespace

/// Consumes a string up to behind its closing quote; escapes are stepped over, not checked.
bool json_text::find_end(raw_string& found) noexcept {
  if (!take('"')) return false;
  found = {at_, nullptr, false, true};
  bool high = false;
  while (true) {
    at_ = find_special(at_, end_, high);
    if (at_ == end_) return false;
    if (*at_ == '"') break;
    if (*at_ != '\\' || end_ - at_ < 2) return false;
    found.escapes = true;
    at_ += 2;
  }
  found.last = at_++;
  found.ascii = !high;
  return true;
}

/// Undoes the escapes of `raw` into `to`; nullptr, or the place of an escape that is wrong.
/// `to_end` becomes nullptr when the wrong one is a lone surrogate.
const char* json_text::unescape(const raw_string& raw, char* to, char*& to_end) noexcept {
  const char* at = raw.first;
  while (true) {
    const auto left = static_cast<std::size_t>(raw.last - at);
    const auto* next = static_cast<const char*>(left == 0 ? nullptr : std::memchr(at, '\\', left));
    const std::size_t run = next == nullptr ? left : static_cast<std::size_t>(next - at);
    if (run != 0) std::memcpy(to, at, run);
    to += run;
    if (next == nullptr) break;
    at = next + 2;
    if (next[1] != 'u') {
      const char plain = simple_escape(next[1]);
      if (plain == '\0') return next;
      *to++ = plain;
      continue;
    }
    std::int32_t code = raw.last - at < 4 ? -1 : hex4(at);
    if (code < 0) return next;
    at += 4;
    if (code >= 0xd800 && code < 0xe000) {
      const bool paired = code < 0xdc00 && raw.last - at >= 6 && at[0] == '\\' && at[1] == 'u';
      const std::int32_t low = paired ? hex4(at + 2) : -1;
      if (low < 0xdc00 || low >= 0xe000) {
        to_end = nullptr;
        return next;
      }
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      at += 6;
    }
    to = put_utf8(to, static_cast<std::uint32_t>(code));
  }
  to_end = to;
  return nullptr;
}

json_text::outcome json_text::string(arena& memory, std::string_view& into) noexcept {
  raw_string raw{};
  if (!find_end(raw)) return outcome::malformed;
  const auto size = static_cast<std::size_t>(raw.last - raw.first);
  if (!raw.ascii && !simdjson::validate_utf8(raw.first, size)) {
    at_ = raw.first;
    return outcome::invalid_utf8;
  }
  into = {raw.first, size};
  if (!raw.escapes) return outcome::ok;
  char* const to = memory.bytes(size);  // escapes only shrink
  char* to_end = to;
  if (const char* wrong = unescape(raw, to, to_end)) {
    at_ = wrong;
    return to_end == nullptr ? outcome::invalid_utf8 : outcome::malformed;
  }
  into = {to, static_cast<std::size_t>(to_end - to)};
  return outcome::ok;
}

json_text::outcome json_text::skip_string() noexcept {
  raw_string raw{};
  if (!find_end(raw)) return outcome::malformed;
  const auto size = static_cast<std::size_t>(raw.last - raw.first);
  if (!raw.ascii && !simdjson::validate_utf8(raw.first, size)) return outcome::invalid_utf8;
  if (!raw.escapes) return outcome::ok;
  for (const char* at = raw.first; at < raw.last; ++at) {
    if (*at != '\\') continue;
    ++at;
    if (*at != 'u') {
      if (simple_escape(*at) == '\0') return outcome::malformed;
      continue;
    }
    char unused[8];
    char* unused_end = unused;
    const bool pair = raw.last - at >= 11 && at[5] == '\\' && at[6] == 'u' &&
                      (hex4(at + 1) & 0xfffffc00) == 0xd800;
    const raw_string one{at - 1, at + (pair ? 11 : 5), true, true};
    if (one.last > raw.last) return outcome::malformed;
    if (unescape(one, unused, unused_end) != nullptr) {
      return unused_end == nullptr ? outcome::invalid_utf8 : outcome::malformed;
    }
    at = one.last - 1;
  }
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
