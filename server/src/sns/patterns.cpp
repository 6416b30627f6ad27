#include "sns/patterns.hpp"

#include <algorithm>
#include <array>

namespace millrace::sns {
namespace {

bool digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// (\+[0-9]{8,}|[0-9]{0,9})
bool phone_number(std::string_view text) noexcept {
  if (text.starts_with('+')) return text.size() > 8 && digits(text.substr(1));
  return text.size() <= 9 && digits(text);
}

/// [0-9]+
bool number(std::string_view text) noexcept { return !text.empty() && digits(text); }

/// [A-Za-z]{2}
bool country(std::string_view text) noexcept {
  return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

constexpr std::array<aws::pattern_matcher, 3> matchers{phone_number, number, country};

}  // namespace

std::span<const aws::pattern_matcher> pattern_matchers() noexcept { return matchers; }

}  // namespace millrace::sns
