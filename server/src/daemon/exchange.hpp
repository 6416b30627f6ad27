// exchange: one request and the place of its answer, whatever version of HTTP they came by: the
// connection's one, or one of the streams of HTTP/2. A value.
#pragma once

#include "daemon/connection.hpp"

namespace millrace::daemon {

struct exchange {
  connection* on = nullptr;
  http::http2_stream* stream = nullptr;  ///< null: HTTP/1.1

  [[nodiscard]] const http::request& message() const noexcept {
    return stream == nullptr ? on->parser.message() : stream->message();
  }
  /// What is unsent of the answer.
  [[nodiscard]] http::send_buffer& out() const noexcept {
    return stream == nullptr ? on->out : stream->out;
  }
};

}  // namespace millrace::daemon
