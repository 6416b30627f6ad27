// What one HTTP/1.1 message may cost before anything is known about its sender. The server's
// configuration fills it in once; request_parser and receive_buffer read it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace millrace::http {

struct limits {
  /// Request line with its CRLF; longer is 414. Presigned URLs stay under 4 KiB.
  std::uint32_t request_line_bytes = 8 * 1024;
  /// Request line and all field lines; longer is 431. This, and nothing more, is what a peer can
  /// make a connection hold before its credentials have been looked at. At most 65,535.
  std::uint32_t head_bytes = 16 * 1024;
  /// Field lines; more is 431. At most request_parser::header_count_max.
  std::uint32_t header_count = 64;
  /// Body after chunked decoding; longer is 413. Kinesis takes 10 MiB of records, which are 14 as
  /// base64, and the rest holds names, keys and handles. (SQS takes 1 MiB of payload, of which a
  /// client may write each byte as a six-byte \u escape.)
  std::uint64_t body_bytes = 16 * 1024 * 1024;
  /// One chunk-size line with its extensions.
  std::uint32_t chunk_line_bytes = 256;
  /// Extensions and trailer lines of one chunked body together; more is 431.
  std::uint32_t chunk_overhead_bytes = 4 * 1024;
};

/// The largest receive buffer that a connection under these limits can need: a message and one
/// read's worth of what follows it.
constexpr std::size_t receive_bytes_max(const limits& l) noexcept {
  return static_cast<std::size_t>(l.head_bytes + l.body_bytes) + 64 * 1024;
}

}  // namespace millrace::http
