// How segment files are called: the number in 16 decimal digits and ".seg"; ".tmp" while one is
// made. Used by whoever lists or makes them; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::journal {

inline constexpr std::string_view segment_suffix = ".seg";
inline constexpr std::string_view unfinished_suffix = ".tmp";

/// E.g. "0000000000000001.seg".
inline std::string segment_name(std::uint64_t number, std::string_view suffix = segment_suffix) {
  const std::string digits = std::to_string(number);
  std::string name(digits.size() < 16 ? 16 - digits.size() : 0, '0');
  return name.append(digits).append(suffix);
}

/// The number of a finished segment's file; nothing for any other name.
inline std::optional<std::uint64_t> segment_number(std::string_view name) noexcept {
  if (name.size() != 16 + segment_suffix.size() || !name.ends_with(segment_suffix)) return {};
  std::uint64_t number = 0;
  for (const char digit : name.substr(0, 16)) {
    if (digit < '0' || digit > '9') return {};
    number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return number == 0 ? std::nullopt : std::optional<std::uint64_t>{number};
}

}  // namespace millrace::journal
