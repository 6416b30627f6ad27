// Heads, strings and floats of CBOR.
#include "aws/cbor_items.hpp"

#include <simdjson.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace millrace::aws {
namespace {

/// RFC 8949, appendix D.
double of_half(std::uint64_t bits) noexcept {
  const auto exponent = static_cast<int>(bits >> 10 & 0x1f);
  const auto mantissa = static_cast<double>(bits & 0x3ff);
  double size = 0;
  if (exponent == 0) {
    size = std::ldexp(mantissa, -24);
  } else if (exponent != 31) {
    size = std::ldexp(mantissa + 1024, exponent - 25);
  } else {
    size = mantissa == 0 ? std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  }
  return (bits & 0x8000) != 0 ? -size : size;
}

std::uint64_t big_endian(const char* at, std::size_t size) noexcept {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number = number << 8 | static_cast<unsigned char>(at[i]);
  return number;
}

/// Most names and keys are short and ASCII, for which the general check takes long to begin.
bool valid_utf8(std::string_view text) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  constexpr std::size_t word = sizeof(std::uint64_t);
  constexpr std::size_t words_max = 8;
  const std::size_t size = text.size();
  if (size > words_max * word) return simdjson::validate_utf8(text.data(), size);
  std::uint64_t seen = 0;
  std::size_t i = 0;
  for (; i + word <= size; i += word) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + i, word);
    seen |= bytes;
  }
  for (; i < size; ++i) seen |= static_cast<unsigned char>(text[i]);
  return (seen & high_bits) == 0 || simdjson::validate_utf8(text.data(), size);
}

bool may_be_indefinite(cbor_major major) noexcept {
  return major == cbor_major::simple || (major >= cbor_major::bytes && major <= cbor_major::map);
}

}  // namespace

double cbor_head::real() const noexcept {
  if (info == half) return of_half(argument);
  if (info == single) return std::bit_cast<float>(static_cast<std::uint32_t>(argument));
  return std::bit_cast<double>(argument);
}

bool cbor_head::integer(std::int64_t& to) const noexcept {
  if (argument > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return false;
  const auto number = static_cast<std::int64_t>(argument);
  to = major == cbor_major::unsigned_integer ? number : -1 - number;
  return true;
}

bool cbor_items::head(cbor_head& to) noexcept {
  if (at_ == end_) return false;
  const auto first = static_cast<unsigned char>(*at_);
  to.major = static_cast<cbor_major>(first >> 5);
  to.info = first & 0x1f;
  if (to.info < 24) {
    to.argument = to.info;
    ++at_;
    return true;
  }
  if (to.info == cbor_head::indefinite) {
    to.argument = 0;
    ++at_;
    return may_be_indefinite(to.major);
  }
  if (to.info > 27) return false;  // reserved
  const std::size_t size = std::size_t{1} << (to.info - 24);
  if (left() <= size) return false;
  to.argument = big_endian(at_ + 1, size);
  if (to.major == cbor_major::simple && size == 1 && to.argument < 32) return false;
  at_ += 1 + size;
  return true;
}

bool cbor_items::more(cbor_head& container) noexcept {
  if (container.info != cbor_head::indefinite) {
    if (container.argument == 0) return false;
    --container.argument;
    return true;
  }
  if (at_ == end_ || static_cast<unsigned char>(*at_) != 0xff) return true;
  ++at_;
  return false;
}

/// The content of a definite string.
cbor_items::outcome cbor_items::piece(const cbor_head& head, std::string_view& into) noexcept {
  if (head.argument > left()) return outcome::malformed;
  into = {at_, static_cast<std::size_t>(head.argument)};
  if (head.major == cbor_major::text && !valid_utf8(into)) {
    return outcome::invalid_utf8;
  }
  at_ += into.size();
  return outcome::ok;
}

/// Passes over the pieces of an indefinite string and its break.
cbor_items::outcome cbor_items::measure(cbor_major major, std::size_t& size) noexcept {
  cbor_head open{.major = major, .info = cbor_head::indefinite};
  while (more(open)) {
    cbor_head next;
    std::string_view content;
    if (!head(next) || next.major != major || next.info == cbor_head::indefinite) {
      return outcome::malformed;
    }
    const outcome read = piece(next, content);
    if (read != outcome::ok) return read;
    size += content.size();
  }
  return outcome::ok;
}

cbor_items::outcome cbor_items::string(const cbor_head& head, arena& memory,
                                       std::string_view& into) noexcept {
  if (head.info != cbor_head::indefinite) return piece(head, into);
  cbor_items again = *this;
  std::size_t size = 0;
  const outcome measured = measure(head.major, size);
  if (measured != outcome::ok) return measured;
  char* const copy = memory.bytes(size);
  char* to = copy;
  cbor_head open = head;
  while (again.more(open)) {
    cbor_head next;
    static_cast<void>(again.head(next));
    const auto count = static_cast<std::size_t>(next.argument);
    if (count != 0) std::memcpy(to, again.at_, count);
    again.at_ += count;
    to += count;
  }
  into = {copy, size};
  return outcome::ok;
}

}  // namespace millrace::aws
