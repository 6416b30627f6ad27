// Finds one HTTP/1.1 answer in received bytes: status and body, nothing else. The load generator's
// only parser of HTTP; it costs tens of nanoseconds and refuses what it does not understand.
#pragma once

#include <cstddef>
#include <string_view>

namespace millrace::perf {

enum class answer_state : unsigned char { complete, incomplete, malformed };

struct http_answer {
  answer_state state = answer_state::incomplete;
  int status = 0;
  std::string_view body;     ///< lies in the scanned bytes
  std::size_t consumed = 0;  ///< bytes of the answer, header and body
};

/// Scans the answer at the front of `bytes`. An answer must state its Content-Length (a chunked one
/// is malformed here) and have less than 64 KiB of header.
[[nodiscard]] http_answer scan_answer(std::string_view bytes) noexcept;

}  // namespace millrace::perf
