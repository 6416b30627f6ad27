#include "topic/filter_number.hpp"

#include <charconv>
#include <cmath>

namespace millrace::topic {

std::optional<std::int64_t> filter_number(std::string_view text) noexcept {
  double value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc{} || end != last || !std::isfinite(value)) return std::nullopt;
  constexpr auto limit = static_cast<double>(filter_number_limit);
  if (value < -limit || value > limit) return std::nullopt;
  return std::llround(value * static_cast<double>(filter_number_scale));
}

}  // namespace millrace::topic
