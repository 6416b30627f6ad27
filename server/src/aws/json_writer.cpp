// Values and escaping of JSON output.
#include "aws/json_writer.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "aws/base64.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace millrace::aws {
namespace {

bool needs_escape(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

/// Copies up to the first byte that needs an escape; moves both pointers there. May write 15
/// bytes more than it says.
void copy_plain(const char*& from, const char* end, char*& to) noexcept {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1f);
  while (end - from >= 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    const __m128i hit =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, backslash)),
                     _mm_cmpeq_epi8(_mm_min_epu8(x, control), x));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), x);
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hit));
    const int plain = mask == 0 ? 16 : std::countr_zero(mask);
    from += plain;
    to += plain;
    if (mask != 0) return;
  }
#endif
  while (from < end && !needs_escape(*from)) *to++ = *from++;
}

char* put_escape(char c, char* to) noexcept {
  constexpr std::string_view hex = "0123456789abcdef";
  *to++ = '\\';
  switch (c) {
    case '"':
    case '\\': *to++ = c; return to;
    case '\n': *to++ = 'n'; return to;
    case '\r': *to++ = 'r'; return to;
    case '\t': *to++ = 't'; return to;
    default: break;
  }
  std::memcpy(to, "u00", 3);  // NOLINT(bugprone-not-null-terminated-result)
  to[3] = hex[static_cast<unsigned char>(c) >> 4];
  to[4] = hex[c & 15];
  return to + 5;
}

}  // namespace

void append_json_string(http::send_buffer& out, std::string_view utf8) noexcept {
  constexpr std::size_t part_bytes = 2048;  // reserves at most six times as much at once
  out.append('"');
  while (!utf8.empty()) {
    const std::string_view part = utf8.substr(0, part_bytes);
    char* const first = out.reserve(part.size() * 6 + 16);
    char* to = first;
    const char* from = part.data();
    const char* const end = from + part.size();
    while (true) {
      copy_plain(from, end, to);
      if (from == end) break;
      to = put_escape(*from++, to);
    }
    out.commit(static_cast<std::size_t>(to - first));
    utf8.remove_prefix(part.size());
  }
  out.append('"');
}

void json_writer::separate() noexcept {
  if (comma_) out_.append(',');
  comma_ = true;
}

void json_writer::open(char bracket) noexcept {
  separate();
  out_.append(bracket);
  comma_ = false;
}

void json_writer::close(char bracket) noexcept {
  out_.append(bracket);
  comma_ = true;
}

void json_writer::key(std::string_view text) noexcept {
  separate();
  append_json_string(out_, text);
  out_.append(':');
  comma_ = false;
}

void json_writer::text(std::string_view utf8) noexcept {
  separate();
  append_json_string(out_, utf8);
}

void json_writer::blob(std::string_view bytes) noexcept {
  separate();
  const std::size_t size = base64_encoded_size(bytes.size());
  char* const at = out_.reserve(size + 2);
  at[0] = '"';
  base64_encode(bytes, at + 1);
  at[size + 1] = '"';
  out_.commit(size + 2);
}

void json_writer::null() noexcept {
  separate();
  out_.append("null");
}

void json_writer::integer(std::int64_t number) noexcept {
  separate();
  char* const at = out_.reserve(24);
  out_.commit(static_cast<std::size_t>(std::to_chars(at, at + 24, number).ptr - at));
}

/// The shortest text that reads back as the same number; JSON has no infinities and no NaN, those
/// are written as null.
void json_writer::real(double number) noexcept {
  separate();
  if (!std::isfinite(number)) {
    out_.append("null");
    return;
  }
  char* const at = out_.reserve(40);
  out_.commit(static_cast<std::size_t>(std::to_chars(at, at + 40, number).ptr - at));
}

void json_writer::timestamp(std::int64_t ms) noexcept {
  constexpr std::int64_t ms_per_s = 1000;
  constexpr std::int64_t years_3000 = 32'503'680'000'000;
  if (ms < 0 || ms > years_3000) return real(static_cast<double>(ms) / ms_per_s);
  separate();
  char* const at = out_.reserve(24);
  char* end = std::to_chars(at, at + 24, ms / ms_per_s).ptr;
  std::int64_t fraction = ms % ms_per_s;
  if (fraction != 0) *end++ = '.';
  for (std::int64_t digit = 100; fraction != 0; fraction %= digit, digit /= 10) {
    *end++ = static_cast<char>('0' + fraction / digit);
  }
  out_.commit(static_cast<std::size_t>(end - at));
}

void json_writer::boolean(bool truth) noexcept {
  separate();
  out_.append(truth ? std::string_view("true") : std::string_view("false"));
}

}  // namespace millrace::aws
