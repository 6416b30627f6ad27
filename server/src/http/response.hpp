// Writes HTTP/1.1 responses straight behind each other into a connection's send_buffer, from
// precomputed pieces. A body may be written in place while its length is not yet known:
//
//   const open_response open = begin_response(out, {.status = 200, .content_type = json});
//   ... append the body to `out` ...
//   finish_response(out, open);
//
// and of an answer that goes on for minutes (response_stream.hpp) it is written piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/request.hpp"
#include "http/send_buffer.hpp"

namespace millrace::http {

enum class connection_field : std::uint8_t {
  none,        ///< HTTP/1.1 that stays open
  keep_alive,  ///< HTTP/1.0 that stays open
  close,       ///< closed after this response
};

/// What `request` asks the Connection field of its response to be.
connection_field connection_for(const request& r) noexcept;

/// Where the head of a response goes when it is no text before the body: HTTP/2.
struct detached_head {
  std::uint16_t status = 0;  ///< 0: there is none yet
  bool omit_body = false;
  std::string fields;  ///< whole field lines, as of HTTP/1.1
};

struct response_head {
  std::uint16_t status = 200;
  connection_field connection = connection_field::none;
  bool omit_body = false;              ///< the answer to HEAD: head as ever, no body
  std::string_view content_type = {};  ///< no Content-Type field when empty
  std::string_view request_id = {};    ///< x-amzn-RequestId; no field when empty
  std::string_view date = {};          ///< IMF-fixdate, made once a second; no field when empty
  std::string_view fields = {};        ///< further whole field lines, each with its CRLF
  detached_head* detached = nullptr;   ///< takes the head; the body alone is appended to the buffer
};

/// "HTTP/1.1 200 OK\r\n"; a status without a name of its own gets an empty reason.
void append_status_line(send_buffer& out, std::uint16_t status) noexcept;

/// The status line and the field lines but for those that frame a body; no empty line.
void append_head(send_buffer& out, const response_head& head) noexcept;

/// The whole response.
void write_response(send_buffer& out, const response_head& head, std::string_view body) noexcept;

/// "HTTP/1.1 100 Continue" and its empty line.
void write_continue(send_buffer& out) noexcept;

/// A response whose body is being appended.
struct open_response {
  std::size_t begin = 0;      ///< offset in the send_buffer of the status line
  std::size_t length_at = 0;  ///< of the first digit of Content-Length
  std::size_t body_at = 0;    ///< of the first byte of the body
  bool omit_body = false;
  detached_head* detached = nullptr;
};

/// Writes the head with room for a length of as many digits as `body_bytes_expected` has; a right
/// guess saves moving the body. Nothing may be consumed from `out` until finish_response().
open_response begin_response(send_buffer& out, const response_head& head,
                             std::size_t body_bytes_expected = 300) noexcept;

/// All of the body has been appended: fills in its length.
void finish_response(send_buffer& out, const open_response& open) noexcept;

/// Takes back everything since begin_response(), so that another answer can be written.
inline void abandon_response(send_buffer& out, const open_response& open) noexcept {
  out.truncate(open.begin);
}

/// The head's field lines but for the length, into a detached head. For begin_response() and
/// begin_stream().
void detach(const response_head& head) noexcept;

}  // namespace millrace::http
