// Figures for people: durations, rates and metrics in as many digits as they carry.
#pragma once

#include <string>

namespace millrace::perf {

/// "850 ns", "1.25 µs", "34.0 ms", "2.50 s"; "n/a" for what is not finite.
[[nodiscard]] std::string time_text(double ns);

/// "128,298"; whole numbers from 1,000 up, three digits below.
[[nodiscard]] std::string number_text(double value);

/// "250 k", "1.06 M": for axes.
[[nodiscard]] std::string short_text(double value);

/// A metric's value with its unit as records spell it: "7.8 us", "128,298 /s", "82 %".
[[nodiscard]] std::string value_text(double value, const std::string& unit);

/// "p99.9", with no more decimals than it has.
[[nodiscard]] std::string percentile_text(double percent);

/// For text and attributes of HTML and SVG: & < > " ' become entities.
[[nodiscard]] std::string escaped(const std::string& text);

/// printf into a string.
[[gnu::format(printf, 1, 2)]] [[nodiscard]] std::string format(const char* pattern, ...);

}  // namespace millrace::perf
