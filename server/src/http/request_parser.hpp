// HTTP/1.1 requests out of a byte stream, without sockets, time or threads: the socket layer
// appends what it reads to a receive_buffer and calls parse(); the outcome depends on the bytes
// alone, not on how they were cut into reads. Strict by intent (RFC 9112): whatever two servers
// could frame differently is refused and the connection is to be closed. One owner, no locks.
//
//   while (true) {
//     switch (parser.parse(in)) {
//       case need_more: read into in.prepare(parser.wanted()); break;
//       case head:      (optional) refuse; or, if message().expects_continue, write 100 Continue
//       case complete:  answer message(); parser.next(in); unless message().keep_alive (asked
//                       before next): write, close, and look at no further byte
//       case failed:    write parser.failure(), close
//     }
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "http/limits.hpp"
#include "http/receive_buffer.hpp"
#include "http/request.hpp"

namespace millrace::http {

enum class parse_status : std::uint8_t {
  need_more,  ///< not enough bytes yet
  head,       ///< all fields are known and the body is not all here; told once, parse() goes on
  complete,   ///< message() is whole
  failed,     ///< failure() says why; stays so, the connection must be closed after the answer
};

/// Why a message was refused. `why` is a literal, safe to show to the peer.
struct parse_failure {
  std::uint16_t status = 0;  ///< HTTP status to answer with
  std::string_view why;
};

class request_parser {
 public:
  static constexpr std::size_t header_count_max = 128;

  explicit request_parser(const limits& l = {}) noexcept;

  /// Goes on with the message at the front of `in`. Linear in the bytes received, however they
  /// arrive. Decodes chunked bodies in place (and so moves what follows them). Of a complete
  /// message once more: if its bytes have moved, message() is theirs again.
  [[nodiscard]] parse_status parse(receive_buffer& in) noexcept;

  /// After head: all but the body; after complete: everything.
  [[nodiscard]] const request& message() const noexcept { return request_; }
  [[nodiscard]] const parse_failure& failure() const noexcept { return failure_; }
  /// After need_more or head: room worth preparing for the next read, in bytes. It grows with
  /// what has arrived, not with what was announced, so that a claim alone costs no memory.
  [[nodiscard]] std::size_t wanted(const receive_buffer& in) const noexcept;

  /// Drops the finished message from `in` and expects the next one.
  void next(receive_buffer& in) noexcept;
  /// Bytes that next() will drop; for callers that keep finished messages in the buffer.
  [[nodiscard]] std::size_t message_size() const noexcept { return pos_; }
  /// Nothing of a next message has arrived.
  [[nodiscard]] bool idle(const receive_buffer& in) const noexcept {
    return stage_ == stage::start && in.size() <= start_;
  }

 private:
  enum class stage : std::uint8_t {
    start,
    fields,
    body,
    chunk_size,
    chunk_data,
    chunk_end,
    trailer,
    done,
    failed
  };
  enum class line_status : std::uint8_t { ok, incomplete, failed };

  parse_status refuse(std::uint16_t status, std::string_view why) noexcept;
  line_status cannot_accept(const receive_buffer& in, std::uint16_t status,
                            std::string_view why) noexcept;
  bool past_limit(std::size_t line_end) noexcept;
  bool line_may_be_whole(const receive_buffer& in) noexcept;

  parse_status parse_head(receive_buffer& in) noexcept;
  line_status take_start_line(const receive_buffer& in) noexcept;
  line_status take_version(const receive_buffer& in, const char* at) noexcept;
  line_status take_field(const receive_buffer& in) noexcept;
  line_status scan_field(const receive_buffer& in, field& f) noexcept;
  line_status finish_head(const receive_buffer& in) noexcept;

  bool check_target() noexcept;
  bool check_host() noexcept;
  bool check_framing() noexcept;
  bool check_content_length() noexcept;
  bool check_transfer_encoding() noexcept;
  bool check_connection() noexcept;
  void point(const receive_buffer& in) noexcept;

  parse_status parse_body(receive_buffer& in) noexcept;
  parse_status parse_chunks(receive_buffer& in) noexcept;
  line_status take_chunk_size(const receive_buffer& in) noexcept;
  line_status take_chunk_end(const receive_buffer& in) noexcept;
  line_status take_trailer(const receive_buffer& in) noexcept;
  void take_chunk_data(receive_buffer& in) noexcept;
  parse_status pause(receive_buffer& in) noexcept;

  limits limits_;
  stage stage_ = stage::start;
  bool resumed_ = false;  // the line at pos_ was incomplete: look for its end from scanned_
  bool head_told_ = false;
  std::size_t pos_ = 0;  // first byte not yet understood; offsets are from the message's front
  std::size_t scanned_ = 0;
  std::size_t start_ = 0;  // of the request line, behind empty lines

  struct piece {
    std::size_t at = 0;
    std::size_t size = 0;
  };
  piece method_;
  piece target_;

  std::size_t body_ = 0;         // offset of the body's first byte
  std::uint64_t body_size_ = 0;  // decoded bytes (chunked) or announced ones
  std::uint64_t chunk_left_ = 0;
  std::size_t chunk_overhead_ = 0;

  request request_;
  parse_failure failure_;
  std::vector<field> fields_;  ///< keeps the room that the longest head so far needed
};

}  // namespace millrace::http
