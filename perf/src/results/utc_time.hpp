// The time as records of measurements and of trust write it.
#pragma once

#include <array>
#include <ctime>
#include <string>

namespace millrace::perf {

/// Now, UTC. `format` as strftime has it; at most 39 characters come of it.
inline std::string utc_now(const char* format = "%Y-%m-%dT%H:%M:%SZ") {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), format, &parts);
  return text.data();
}

}  // namespace millrace::perf
