// A table of byte streams and what a strict HTTP/1.1 server does with them, in the spirit of
// conformance probes: smuggling, compliance, malformed input, resource limits.
#pragma once

#include <span>
#include <string>

namespace millrace::http::test {

/// `outcome` lists the messages as "METHOD path body;", then how the stream ends: "" when every
/// byte was used up, "..." when more bytes are awaited, "!status" when the connection is refused.
struct request_case {
  const char* name;
  std::string bytes;
  std::string outcome;
};

std::span<const request_case> request_cases();

/// The limits that the cases were written for.
inline constexpr unsigned head_bytes = 1024;
inline constexpr unsigned request_line_bytes = 256;
inline constexpr unsigned header_count = 12;
inline constexpr unsigned body_bytes = 4096;

}  // namespace millrace::http::test
