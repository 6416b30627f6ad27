// A time by ISO 8601, as SNS and the query protocol write it. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace millrace::aws {

/// "2026-01-31T12:34:56.789Z" of milliseconds since 1970.
class iso_time {
 public:
  explicit iso_time(std::int64_t ms) noexcept;
  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), size_}; }

 private:
  std::array<char, 40> text_;
  std::size_t size_;
};

}  // namespace millrace::aws
