// A response whose end is not known at its beginning, such as one that follows a shard for five
// minutes: its head, then pieces as they come, then its end. Chunks of HTTP/1.1 (RFC 9112 7.1), and
// of HTTP/2, whose frames are made elsewhere, the bytes as they are.
//
//   begin_stream(out, head);
//   const open_piece open = begin_piece(out, head);
//   ... append to `out` ...
//   finish_piece(out, open);                          any number of them, now or later
//   end_stream(out, head);
//
// out.size() is at any time what the peer has not been sent yet: whoever writes much looks at it
// before the next piece.
#pragma once

#include <cstddef>

#include "http/response.hpp"

namespace millrace::http {

/// Not for a peer of HTTP/1.0, which knows no chunks.
void begin_stream(send_buffer& out, const response_head& head) noexcept;

/// A piece that is being appended.
struct open_piece {
  std::size_t begin = 0;  ///< offset in the send_buffer
  bool chunked = true;
};

/// Nothing may be consumed from `out` until finish_piece(). `head`: how the stream began.
open_piece begin_piece(send_buffer& out, const response_head& head) noexcept;
/// All of it has been appended. An empty piece is none: it would be taken for the end.
void finish_piece(send_buffer& out, const open_piece& open) noexcept;

/// No further piece follows.
void end_stream(send_buffer& out, const response_head& head) noexcept;

}  // namespace millrace::http
