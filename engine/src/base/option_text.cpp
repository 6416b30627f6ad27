// What the values of options look like as text: numbers, sizes, choices and their ranges in words.
#include "base/option_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <millrace/option_table.hpp>

namespace millrace {
namespace base {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }

struct suffix {
  std::string_view name;
  unsigned shift;
};
constexpr std::array suffixes{suffix{"", 0}, suffix{"KiB", 10}, suffix{"MiB", 20},
                              suffix{"GiB", 30}, suffix{"TiB", 40}};

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view name(rest, static_cast<std::size_t>(end - rest));
  for (const suffix& known : suffixes) {
    if (name != known.name) continue;
    if (number > (UINT64_MAX >> known.shift)) return std::nullopt;
    return number << known.shift;
  }
  return std::nullopt;
}

bool is_account_id(std::string_view text) noexcept {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_region(std::string_view text) noexcept {
  return !text.empty() && is_lower(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_digit(c) || is_lower(c) || c == '-'; });
}

}  // namespace base

inline namespace v1 {
namespace {

bool is_choice(std::string_view choices, std::string_view value) noexcept {
  while (!choices.empty()) {
    const std::size_t bar = choices.find('|');
    if (choices.substr(0, bar) == value) return true;
    choices.remove_prefix(bar == std::string_view::npos ? choices.size() : bar + 1);
  }
  return false;
}

// 16777216 -> "16MiB": the largest suffix that leaves a whole number.
std::string size_text(std::uint64_t bytes) {
  for (std::size_t i = base::suffixes.size(); i-- > 0;) {
    const base::suffix& unit = base::suffixes[i];
    const std::uint64_t rest = bytes & ((std::uint64_t{1} << unit.shift) - 1);
    if (rest == 0 && bytes >> unit.shift != 0) {
      return std::to_string(bytes >> unit.shift) + std::string(unit.name);
    }
  }
  return "0";
}

}  // namespace

const option_row* find_option(std::span<const option_row> table, std::string_view name) noexcept {
  for (const option_row& row : table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string allowed_values(const option_row& row) {
  std::string out;
  switch (row.kind) {
    case option_kind::number:
    case option_kind::bytes:
      out = row.kind == option_kind::bytes
                ? size_text(row.min) + " to " + size_text(row.max)
                : std::to_string(row.min) + " to " + std::to_string(row.max);
      if (!row.zero.empty()) out += ", or 0 for " + std::string(row.zero);
      break;
    case option_kind::text:
      if (!row.form.empty()) return std::string(row.form);
      out = std::to_string(row.min);
      if (row.min != row.max) out += " to " + std::to_string(row.max);
      out += " characters";
      break;
    case option_kind::choice:
      for (const char c : row.choices) {
        if (c == '|') {
          out += " or ";
        } else {
          out += c;
        }
      }
      break;
    case option_kind::flag: out = "true or false"; break;
  }
  return out;
}

result<std::uint64_t> option_number(const option_row& row, std::string_view value) noexcept {
  const std::optional<std::uint64_t> number = base::parse_number(value);
  if (!number) return errc::invalid_option;
  if (row.kind == option_kind::number && (value.back() < '0' || value.back() > '9')) {
    return errc::invalid_option;
  }
  const bool special = *number == 0 && !row.zero.empty();
  if (!special && (*number < row.min || *number > row.max)) return errc::invalid_option;
  return *number;
}

result<void> check_option(const option_row& row, std::string_view value) noexcept {
  bool good = false;
  switch (row.kind) {
    case option_kind::number:
    case option_kind::bytes: good = option_number(row, value).has_value(); break;
    case option_kind::text:
      good = value.size() >= row.min && value.size() <= row.max &&
             value.find('\0') == std::string_view::npos &&
             (row.matches == nullptr || row.matches(value));
      break;
    case option_kind::choice: good = is_choice(row.choices, value); break;
    case option_kind::flag: good = value == "true" || value == "false"; break;
  }
  if (!good) return errc::invalid_option;
  return {};
}

}  // namespace v1
}  // namespace millrace
