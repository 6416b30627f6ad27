// Walks the string members of a JSON text in order, without building anything. Knows just enough of
// JSON to be right about strings and objects; the answers it reads come from servers that were
// asked a well-formed question.
#pragma once

#include <string_view>

namespace millrace::perf {

class json_members {
 public:
  explicit json_members(std::string_view text) noexcept : rest_(text) {}

  enum class event : unsigned char { string_member, object_end, end };

  /// Next event. After string_member, key() and value() are set, still escaped as in the text.
  event next() noexcept;

  [[nodiscard]] std::string_view key() const noexcept { return key_; }
  [[nodiscard]] std::string_view value() const noexcept { return value_; }

 private:
  /// Takes the string whose opening quote is at the front.
  std::string_view take_string() noexcept;
  /// Passes blanks and gives the next character, '\0' at the end.
  char peek() noexcept;

  std::string_view rest_;
  std::string_view key_;
  std::string_view value_;
};

/// Value of the first string member of that name anywhere in `text`; empty when there is none.
[[nodiscard]] std::string_view find_string(std::string_view text, std::string_view name) noexcept;

/// Number of string members of that name anywhere in `text`.
[[nodiscard]] std::size_t count_members(std::string_view text, std::string_view name) noexcept;

}  // namespace millrace::perf
