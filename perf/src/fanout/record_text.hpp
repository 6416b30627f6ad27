// record_text: a record's data as base64 text with a number and a time in front, so that who reads
// it back knows which it is and when it was due, without decoding the rest.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace millrace::perf {

struct record_stamp {
  std::uint64_t number = 0;
  std::uint64_t due_ns = 0;
};

/// 32 digits, which are base64 characters that stand for 24 bytes.
inline constexpr std::size_t stamp_digits = 32;

/// The base64 text of `bytes` bytes of data, at least 24 and a multiple of 3 after rounding up.
inline std::string record_text(const record_stamp& stamp, std::size_t bytes) {
  char digits[stamp_digits + 1];
  std::snprintf(digits, sizeof digits, "%016llx%016llx",
                static_cast<unsigned long long>(stamp.number),
                static_cast<unsigned long long>(stamp.due_ns));
  std::string text(digits, stamp_digits);
  return text.append((bytes + 2) / 3 * 4 - stamp_digits, 'M');
}

inline record_stamp read_stamp(std::string_view text) {
  const std::string number(text.substr(0, 16));
  const std::string due(text.substr(16, 16));
  return {std::strtoull(number.c_str(), nullptr, 16), std::strtoull(due.c_str(), nullptr, 16)};
}

}  // namespace millrace::perf
