// The lexical half of reading JSON: white space, strings, numbers, literals. No shapes here.
// Loads may pass the end of the text by up to 32 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "aws/arena.hpp"

namespace millrace::aws {

class json_text {
 public:
  explicit json_text(std::string_view text) noexcept
      : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()) {}

  /// The next byte that is not white space, not consumed; NUL at the end (or when it is one: no
  /// token starts with it, so callers need not tell).
  [[nodiscard]] char peek() noexcept {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    return at_ < end_ ? *at_ : '\0';
  }
  /// Consumes `c` behind white space; false when something else is there.
  [[nodiscard]] bool take(char c) noexcept {
    if (peek() != c || at_ == end_) return false;
    ++at_;
    return true;
  }
  /// Consumes just this text behind white space; false when something else is there.
  [[nodiscard]] bool take(std::string_view text) noexcept {
    static_cast<void>(peek());
    if (static_cast<std::size_t>(end_ - at_) < text.size() ||
        std::memcmp(at_, text.data(), text.size()) != 0) {
      return false;
    }
    at_ += text.size();
    return true;
  }
  [[nodiscard]] bool at_end() noexcept {
    static_cast<void>(peek());
    return at_ == end_;
  }
  [[nodiscard]] std::size_t offset() const noexcept {
    return static_cast<std::size_t>(at_ - begin_);
  }

  enum class outcome : std::uint8_t { ok, malformed, invalid_utf8 };

  /// A whole string, its quotes included; `into` is a view into the text, or into `memory` when
  /// there were escapes to undo.
  outcome string(arena& memory, std::string_view& into) noexcept {
    const char* copy = nullptr;
    const outcome read = read_string(memory, into, copy);
    if (read == outcome::ok && copy != nullptr) memory.close(into.size());
    return read;
  }
  /// Whether the string read last was written in ASCII and without escapes; and so it holds no
  /// control character either.
  [[nodiscard]] bool plain() const noexcept { return plain_; }
  /// A string again, and forgets it: `memory` is used on the way only.
  outcome skip_string(arena& memory) noexcept {
    std::string_view forgotten;
    const char* copy = nullptr;
    return read_string(memory, forgotten, copy);
  }
  /// A number by RFC 8259; `plain` when it is an integer without fraction and exponent.
  bool number(std::string_view& into, bool& plain) noexcept;
  /// One of the three literals, with nothing glued to it.
  bool literal(std::string_view word) noexcept;

 private:
  outcome read_string(arena& memory, std::string_view& into, const char*& copy) noexcept;
  [[gnu::noinline]] outcome copy_with_escapes(const char* first, arena& memory,
                                              std::string_view& into) noexcept;
  outcome escape(char*& to) noexcept;
  outcome unicode_escape(char*& to) noexcept;

  const char* begin_;
  const char* at_;
  const char* end_;
  bool plain_ = false;
};

}  // namespace millrace::aws
