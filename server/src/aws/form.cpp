// Most bytes of a form stand for themselves: they are passed or copied 16 at a time.
#include "aws/form.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace millrace::aws {
namespace {

constexpr std::array<std::uint8_t, 256> make_hex_digits() {
  std::array<std::uint8_t, 256> table{};
  for (auto& digit : table) digit = 0xff;
  for (std::uint8_t i = 0; i < 10; ++i) table['0' + i] = i;
  for (std::uint8_t i = 10; i < 16; ++i) {
    table['a' + i - 10] = i;
    table['A' + i - 10] = i;
  }
  return table;
}
/// 0 to 15, or more.
constexpr auto hex_digits = make_hex_digits();

constexpr bool is_coded(char c) noexcept { return c == '%' || c == '+'; }

/// A control character, or no ASCII.
constexpr bool is_odd(char c) noexcept { return static_cast<signed char>(c) < 0x20; }

#if defined(__SSE2__)
__m128i load(const char* at) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}
/// Bytes of ones where a byte is, as a signed number, below `limit`.
__m128i below(__m128i x, char limit) noexcept { return _mm_cmplt_epi8(x, _mm_set1_epi8(limit)); }

unsigned mask_of(__m128i bytes) noexcept { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }
unsigned coded_mask(__m128i x) noexcept {
  return mask_of(
      _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('%')), _mm_cmpeq_epi8(x, _mm_set1_epi8('+'))));
}

/// Whether all of 64 bytes stand behind '+' in ASCII: none is coded, none is odd.
bool are_common(const char* at) noexcept {
  constexpr char limit = '+' + 1;
  const __m128i first = _mm_or_si128(below(load(at), limit), below(load(at + 16), limit));
  const __m128i second = _mm_or_si128(below(load(at + 32), limit), below(load(at + 48), limit));
  return mask_of(_mm_or_si128(first, second)) == 0;
}
#endif

/// As are_common(), of 8 bytes: a byte up to '+' borrows, which sets its highest bit.
bool are_8_common(const char* at) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  std::uint64_t x = 0;
  std::memcpy(&x, at, sizeof x);
  return (((x - ones * ('+' + 1)) | x) & (ones * 0x80)) == 0;
}

/// Whether any byte is coded; if none is, `any_odd` says whether any is odd.
bool any_coded(std::string_view text, bool& any_odd) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
#if defined(__SSE2__)
  while (end - at >= 16) {
    if (end - at >= 64 && are_common(at)) {
      at += 64;
      continue;
    }
    const __m128i x = load(at);
    if (coded_mask(x) != 0) return true;
    any_odd = any_odd || mask_of(below(x, 0x20)) != 0;
    at += 16;
  }
#endif
  if (text.size() >= 8) {  // the last 8 may have been seen already
    while (end - at > 8 && are_8_common(at)) at += 8;
    if (end - at <= 8 && are_8_common(end - 8)) return false;
  }
  for (; at < end; ++at) {
    if (is_coded(*at)) return true;
    any_odd = any_odd || is_odd(*at);
  }
  return false;
}

bool any_odd_in(std::string_view text) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
#if defined(__SSE2__)
  __m128i all = _mm_setzero_si128();
  for (; end - at >= 16; at += 16) all = _mm_or_si128(all, below(load(at), 0x20));
  if (mask_of(all) != 0) return true;
#endif
  return std::any_of(at, end, is_odd);
}

/// Copies up to the first coded byte or `end` and moves both pointers there. Up to `end`, `to` has
/// as much room as `from` has bytes.
void copy_run(const char*& from, const char* end, char*& to) noexcept {
#if defined(__SSE2__)
  while (end - from >= 16) {
    const __m128i x = load(from);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), x);
    const int run = std::countr_zero(coded_mask(x) | 0x10000);
    from += run;
    to += run;
    if (run < 16) return;
  }
#endif
  while (from < end && !is_coded(*from)) *to++ = *from++;
}

}  // namespace

bool form_reader::next(form_field& out) noexcept {
  while (!left_.empty()) {
    const std::string_view field = left_.substr(0, left_.find('&'));
    left_.remove_prefix(field.size() == left_.size() ? field.size() : field.size() + 1);
    if (field.empty()) continue;
    const std::size_t equals = field.find('=');
    out.name = field.substr(0, equals);
    out.value = equals == field.npos ? std::string_view{} : field.substr(equals + 1);
    return true;
  }
  return false;
}

bool decode_form_text(std::string_view encoded, arena& memory, form_text& out) noexcept {
  bool any_odd = false;
  if (!any_coded(encoded, any_odd)) {
    out = {encoded, !any_odd};
    return true;
  }
  const char* from = encoded.data();
  const char* const end = from + encoded.size();
  char* const first = memory.open(encoded.size());
  char* to = first;
  while (from < end) {
    if (*from == '%') {
      if (end - from < 3) return false;
      const unsigned high = hex_digits[static_cast<unsigned char>(from[1])];
      const unsigned low = hex_digits[static_cast<unsigned char>(from[2])];
      if ((high | low) > 15) return false;
      *to++ = static_cast<char>(high * 16 + low);
      from += 3;
    } else if (*from == '+') {
      *to++ = ' ';
      ++from;
    } else {
      copy_run(from, end, to);
    }
  }
  out.bytes = {first, static_cast<std::size_t>(to - first)};
  out.plain = !any_odd_in(out.bytes);
  memory.close(out.bytes.size());
  return true;
}

form_address find_address(std::string_view form) noexcept {
  form_address found;
  form_reader reader(form);
  form_field field;
  while (reader.next(field)) {
    form_value* value = nullptr;
    if (field.name == "Action") value = &found.action;
    if (field.name == "Version") value = &found.version;
    if (value != nullptr && value->count++ == 0) value->text = field.value;
  }
  return found;
}

}  // namespace millrace::aws
