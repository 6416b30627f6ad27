// Disturbances that a run makes on purpose, one line each: "at 5s stall 2s consumers".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::perf {

struct fault {
  enum class victim : std::uint8_t {
    consumers,  ///< ask for nothing and delete nothing meanwhile
    server,     ///< the measured engine or server stands still
  };
  std::uint64_t at_ns = 0;  ///< after the measured phase began
  std::uint64_t length_ns = 0;
  victim whom = victim::consumers;
};

/// "at TIME stall TIME consumers|server"; the word "of" before the last one may stand there, and
/// without a last one it is the server. Throws std::runtime_error that shows the text.
[[nodiscard]] fault parse_fault(std::string_view text);

[[nodiscard]] std::string to_text(const fault& what);

}  // namespace millrace::perf
