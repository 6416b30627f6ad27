// The lexical half of reading CBOR (RFC 8949): heads, strings and floats out of a body. No shapes
// here. Never reads past the end of the body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "aws/arena.hpp"

namespace millrace::aws {

enum class cbor_major : std::uint8_t {
  unsigned_integer,
  negative_integer,  ///< -1 - argument
  bytes,
  text,
  array,
  map,
  tag,
  simple,  ///< false, true, null, undefined, floats; the break
};

/// What stands before the content of an item.
struct cbor_head {
  static constexpr std::uint8_t indefinite = 31;
  static constexpr std::uint8_t half = 25;  ///< info of floats; single and double follow
  static constexpr std::uint8_t single = 26;
  static constexpr std::uint8_t double_ = 27;

  cbor_major major = cbor_major::simple;
  std::uint8_t info = 0;       ///< the first byte's low five bits
  std::uint64_t argument = 0;  ///< a number, length, count or tag, or the bits of a float

  [[nodiscard]] bool is_false() const noexcept { return is_simple(20); }
  [[nodiscard]] bool is_true() const noexcept { return is_simple(21); }
  /// null or undefined: both say that there is no value.
  [[nodiscard]] bool is_null() const noexcept { return is_simple(22) || is_simple(23); }
  [[nodiscard]] bool is_break() const noexcept { return is_simple(indefinite); }
  [[nodiscard]] bool is_float() const noexcept {
    return major == cbor_major::simple && info >= half && info <= double_;
  }
  [[nodiscard]] bool is_integer() const noexcept { return major <= cbor_major::negative_integer; }

  /// Of a float.
  [[nodiscard]] double real() const noexcept;
  /// Of an integer; false when it does not fit.
  [[nodiscard]] bool integer(std::int64_t& to) const noexcept;

 private:
  [[nodiscard]] bool is_simple(std::uint8_t which) const noexcept {
    return major == cbor_major::simple && info == which;
  }
};

class cbor_items {
 public:
  explicit cbor_items(std::string_view body) noexcept
      : begin_(body.data()), at_(body.data()), end_(body.data() + body.size()) {}

  [[nodiscard]] bool at_end() const noexcept { return at_ == end_; }
  [[nodiscard]] std::size_t offset() const noexcept {
    return static_cast<std::size_t>(at_ - begin_);
  }

  /// The next item's head; false: there is none, or it is not well-formed.
  [[nodiscard]] bool head(cbor_head& to) noexcept;
  /// Whether another element (of a map: another key) of `container` comes. Counts those of a
  /// definite one down in its head; takes the break that ends an indefinite one.
  [[nodiscard]] bool more(cbor_head& container) noexcept;

  enum class outcome : std::uint8_t { ok, malformed, invalid_utf8 };

  /// The content of a string of either kind: a view into the body, or of an indefinite one into
  /// `memory`. Text is checked.
  outcome string(const cbor_head& head, arena& memory, std::string_view& into) noexcept;

 private:
  outcome piece(const cbor_head& head, std::string_view& into) noexcept;
  outcome measure(cbor_major major, std::size_t& size) noexcept;

  [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

  const char* begin_;
  const char* at_;
  const char* end_;
};

}  // namespace millrace::aws
