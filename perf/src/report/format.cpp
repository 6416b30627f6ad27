#include "report/format.hpp"

#include <array>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <utility>

namespace millrace::perf {

namespace {

/// Three significant digits, never as an exponent.
std::string three_digits(double value) {
  const double size = std::abs(value);
  const int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return format("%.*f", decimals, value);
}

}  // namespace

std::string format(const char* pattern, ...) {
  std::array<char, 1024> text{};
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(text.data(), text.size(), pattern, arguments);
  va_end(arguments);
  return text.data();
}

std::string time_text(double ns) {
  if (!std::isfinite(ns)) return "n/a";
  constexpr std::array<std::pair<double, const char*>, 3> units = {
      {{1e9, " s"}, {1e6, " ms"}, {1e3, " µs"}}};
  for (const auto& [size, name] : units) {
    if (std::abs(ns) >= size) return three_digits(ns / size) + name;
  }
  return three_digits(ns) + " ns";
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return "n/a";
  if (std::abs(value) < 1000) return three_digits(value);
  std::string text = format("%.0f", value);
  const std::size_t first = text[0] == '-' ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) text.insert(at -= 3, ",");
  return text;
}

std::string short_text(double value) {
  if (!std::isfinite(value)) return "n/a";
  if (std::abs(value) >= 1e9) return format("%.3g G", value / 1e9);
  if (std::abs(value) >= 1e6) return format("%.3g M", value / 1e6);
  if (std::abs(value) >= 1e3) return format("%.3g k", value / 1e3);
  return format("%.3g", value);
}

std::string value_text(double value, const std::string& unit) {
  if (!std::isfinite(value)) return "n/a";
  if (unit == "ns") return time_text(value);
  if (unit == "1/s") return number_text(value) + " /s";
  if (unit == "percent") return three_digits(value) + " %";
  if (unit == "ratio") return three_digits(value) + " x";
  if (unit == "count") return number_text(value);
  return number_text(value) + " " + unit;
}

std::string percentile_text(double percent) { return format("p%.6g", percent); }

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace millrace::perf
