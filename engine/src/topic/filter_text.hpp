// Patterns of filter policies for texts: prefix, suffix, either and whole texts in any case, and
// wildcards. Texts are UTF-8 and compared byte by byte, or character by character in any case.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::topic {

enum class text_operator : std::uint8_t {
  prefix,
  suffix,
  equals_any_case,
  prefix_any_case,
  suffix_any_case,
  wildcard,
};

class text_pattern {
 public:
  /// For a wildcard `text` is one that wildcard_problem() accepts.
  text_pattern(text_operator kind, std::string_view text);

  /// Linear in the length of `value`: a wildcard is never tried again from an earlier place.
  [[nodiscard]] bool match(std::string_view value) const noexcept;

 private:
  [[nodiscard]] bool match_wildcard(std::string_view value) const noexcept;

  text_operator kind_;
  std::vector<std::string> pieces_;  // a wildcard: the texts between its asterisks; else one
};

/// What is wrong with a wildcard pattern, in AWS's words; empty: nothing. Asterisks do not follow
/// one another; a backslash stands before an asterisk or a backslash that is meant as such.
std::string wildcard_problem(std::string_view text);
/// Asterisks of a valid pattern that stand for any text.
std::uint32_t count_wildcards(std::string_view text) noexcept;

}  // namespace millrace::topic
