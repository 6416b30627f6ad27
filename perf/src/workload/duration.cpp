#include "workload/duration.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace millrace::perf {

namespace {

struct unit {
  std::string_view name;
  double ns;
};
constexpr std::array units = {unit{"ns", 1},  unit{"us", 1e3}, unit{"ms", 1e6},
                              unit{"s", 1e9}, unit{"m", 60e9}, unit{"h", 3600e9}};
constexpr double longest_ns = 30.0 * 24 * 3600e9;

}  // namespace

double parse_number(std::string_view text, std::string_view what) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    throw std::runtime_error(std::string(what) + ": '" + std::string(text) + "' is no number");
  }
  return value;
}

std::uint64_t parse_duration_ns(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  for (const unit& each : units) {
    if (digits == 0 || text.substr(digits) != each.name) continue;
    const double ns = parse_number(text.substr(0, digits), "a duration") * each.ns;
    if (ns > longest_ns) break;
    return static_cast<std::uint64_t>(std::llround(ns));
  }
  throw std::runtime_error("'" + std::string(text) +
                           "' is no duration: say 250us, 5ms, 2s, 1.5m, at most 30 days");
}

std::string duration_text(double ns) {
  const unit* chosen = &units.front();
  for (const unit& each : units) {
    if (each.ns <= 1e9 && ns >= each.ns * 0.9995) chosen = &each;
  }
  const double value = ns / chosen->ns;
  const int decimals = value >= 99.95 || ns == 0 ? 0 : value >= 9.995 ? 1 : 2;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f %s", decimals, value, chosen->name.data());
  return text.data();
}

}  // namespace millrace::perf
