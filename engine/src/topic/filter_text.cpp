#include "topic/filter_text.hpp"

#include <algorithm>
#include <cstring>

#include "topic/case_runs.hpp"

namespace millrace::topic {
namespace {

constexpr char32_t no_character = 0x110000;  // and above: a byte that is no UTF-8

constexpr bool continues(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80;
}

/// The first character, with its length in bytes. The text is not empty.
struct decoded {
  char32_t character = 0;
  std::size_t length = 1;
};
decoded first_character(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  if (length == 1 || length > text.size()) return {no_character + lead, 1};
  char32_t out = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text[i])) return {no_character + lead, 1};
    out = out << 6U | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  return {out, length};
}

decoded last_character(std::string_view text) noexcept {
  std::size_t length = 1;
  while (length < 4 && length < text.size() && continues(text[text.size() - length])) ++length;
  const decoded out = first_character(text.substr(text.size() - length));
  if (out.length == length) return out;
  return {no_character + static_cast<unsigned char>(text.back()), 1};
}

char32_t other_case(std::span<const case_run> runs, char32_t c) noexcept {
  const auto run =
      std::lower_bound(runs.begin(), runs.end(), c,
                       [](const case_run& r, char32_t wanted) { return r.last < wanted; });
  if (run == runs.end() || c < run->first || (c - run->first) % run->step != 0) return c;
  return static_cast<char32_t>(static_cast<std::int32_t>(c) + run->distance);
}

/// Whether a value may have `c` where the pattern has `wanted`.
bool same_letter(char32_t wanted, char32_t c) noexcept {
  if (wanted == c) return true;
  if (wanted < 0x80) {
    const char32_t lower = wanted | 0x20U;
    return lower >= 'a' && lower <= 'z' && lower == (c | 0x20U) && c < 0x80;
  }
  return c == other_case(lower_case_runs(), wanted) || c == other_case(upper_case_runs(), wanted);
}

/// Whether `value` begins with `wanted` in any case, and has nothing after it if `whole`.
bool starts_in_any_case(std::string_view value, std::string_view wanted, bool whole) noexcept {
  while (!wanted.empty()) {
    if (value.empty()) return false;
    const decoded w = first_character(wanted);
    const decoded v = first_character(value);
    if (!same_letter(w.character, v.character)) return false;
    wanted.remove_prefix(w.length);
    value.remove_prefix(v.length);
  }
  return !whole || value.empty();
}

bool ends_in_any_case(std::string_view value, std::string_view wanted) noexcept {
  while (!wanted.empty()) {
    if (value.empty()) return false;
    const decoded w = last_character(wanted);
    const decoded v = last_character(value);
    if (!same_letter(w.character, v.character)) return false;
    wanted.remove_suffix(w.length);
    value.remove_suffix(v.length);
  }
  return true;
}

/// Calls back with each character of a wildcard pattern, and whether it is an asterisk that stands
/// for any text. A backslash and what it stands before are one character.
template <class Each>
void each_wildcard_character(std::string_view text, const Each& each) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + 1 < text.size();
    if (escaped) ++i;
    each(text[i], text[i] == '*' && !escaped);
  }
}

}  // namespace

text_pattern::text_pattern(text_operator kind, std::string_view text) : kind_(kind) {
  pieces_.emplace_back();
  if (kind != text_operator::wildcard) {
    pieces_.back() = text;
    return;
  }
  each_wildcard_character(text, [this](char c, bool any) {
    if (any) {
      pieces_.emplace_back();
    } else {
      pieces_.back() += c;
    }
  });
}

bool text_pattern::match(std::string_view value) const noexcept {
  const std::string_view text = pieces_.front();
  switch (kind_) {
    case text_operator::prefix: return value.starts_with(text);
    case text_operator::suffix: return value.ends_with(text);
    case text_operator::equals_any_case: return starts_in_any_case(value, text, true);
    case text_operator::prefix_any_case: return starts_in_any_case(value, text, false);
    case text_operator::suffix_any_case: return ends_in_any_case(value, text);
    case text_operator::wildcard: return match_wildcard(value);
  }
  return false;
}

bool text_pattern::match_wildcard(std::string_view value) const noexcept {
  const std::string_view first = pieces_.front();
  const std::string_view last = pieces_.back();
  if (pieces_.size() == 1) return value == first;
  if (value.size() < first.size() + last.size()) return false;
  if (!value.starts_with(first) || !value.ends_with(last)) return false;
  value.remove_prefix(first.size());
  value.remove_suffix(last.size());
  // What stands between is found from left to right, each at its first place.
  for (std::size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const std::string& piece = pieces_[i];
    const void* const found = memmem(value.data(), value.size(), piece.data(), piece.size());
    if (found == nullptr) return false;
    const auto before = static_cast<std::size_t>(static_cast<const char*>(found) - value.data());
    value.remove_prefix(before + piece.size());
  }
  return true;
}

std::string wildcard_problem(std::string_view text) {
  // Places are counted with the quote that stands before the text.
  const auto at = [](std::size_t i) { return " at pos " + std::to_string(i + 1); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '"';
    if (text[i] == '*' && next == '*') return "Consecutive wildcard characters" + at(i);
    if (text[i] != '\\') continue;
    if (next != '*' && next != '\\') return "Invalid escape character" + at(i);
    ++i;
  }
  return {};
}

std::uint32_t count_wildcards(std::string_view text) noexcept {
  std::uint32_t count = 0;
  each_wildcard_character(text, [&count](char, bool any) { count += any ? 1 : 0; });
  return count;
}

}  // namespace millrace::topic
