// Spans of time as people write them: "250us", "5ms", "2s", "1.5m", "1h". Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::perf {

/// Nanoseconds of a number with one of the units ns, us, ms, s, m, h. Throws std::runtime_error
/// that shows `text` when it is no such thing, negative, or longer than 30 days.
[[nodiscard]] std::uint64_t parse_duration_ns(std::string_view text);

/// The shortest of such texts with three significant digits: "1.53 ms".
[[nodiscard]] std::string duration_text(double ns);

/// A finite number without anything behind it. Throws std::runtime_error that names `what`.
[[nodiscard]] double parse_number(std::string_view text, std::string_view what);

}  // namespace millrace::perf
