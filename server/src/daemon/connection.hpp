// connection: one client's socket with what has come in and what must go out. With HTTP/1.1 it
// serves one request at a time: the bytes of a request stay in place until its reply is written,
// and what a client pipelines behind it waits its turn, so replies are in order. With HTTP/2 both
// buffers are only passed through, and the requests under way are the session's. With TLS what is
// in `out` stays there until it has gone sealed. Owned by one worker.
#pragma once

#include <cstdint>
#include <memory>

#include "http/http2_session.hpp"
#include "http/receive_buffer.hpp"
#include "http/request_parser.hpp"
#include "http/send_buffer.hpp"
#include "net/socket.hpp"
#include "tls/session.hpp"

namespace millrace::daemon {

struct ticket;

/// Of HTTP; `unknown` until enough has come.
enum class version : std::uint8_t { unknown, http_1, http_2 };

struct connection {
  connection(net::descriptor accepted, const http::limits& limits)
      : socket(std::move(accepted)),
        in({.initial = http::receive_buffer::page_bytes, .max = http::receive_bytes_max(limits)}),
        parser(limits) {}

  /// Something must be written to the socket.
  [[nodiscard]] bool unsent() const noexcept {
    return out.size() != 0 || (tls != nullptr && tls->unsent().size() != 0);
  }

  net::descriptor socket;
  http::receive_buffer in;
  http::request_parser parser;
  http::send_buffer out;
  std::unique_ptr<http::http2_session> http2;  ///< null: it speaks HTTP/1.1
  std::unique_ptr<tls::session> tls;           ///< null: in the clear

  ticket* under_way = nullptr;  ///< the request of HTTP/1.1 that is being answered
  std::uint32_t paused = 0;     ///< answers that go on when more is sent
  version speaks = version::unknown;
  bool readable = true;  ///< the socket may have bytes for us
  bool writable = true;
  bool peer_gone = false;          ///< it sends no more
  bool closing = false;            ///< no further request; closed when `out` is written
  bool lingering = false;          ///< told to go: what it still sends is read and dropped
  std::int64_t slow_since_ns = 0;  ///< since when it is watched for slowness; 0: it is not
  bool scheduled = false;          ///< in the worker's list of connections to look at
  bool dead = false;               ///< closed; freed at the end of the turn
  std::size_t place = 0;           ///< in the worker's list of all
};

}  // namespace millrace::daemon
