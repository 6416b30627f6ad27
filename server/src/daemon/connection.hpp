// connection: one client's socket with what has come in and what must go out. It serves one request
// at a time: the bytes of a request stay in place until its reply is written, and what a client
// pipelines behind it waits its turn, so replies are in order. Owned by one worker.
#pragma once

#include <cstdint>

#include "http/receive_buffer.hpp"
#include "http/request_parser.hpp"
#include "http/send_buffer.hpp"
#include "net/socket.hpp"

namespace millrace::daemon {

struct ticket;

struct connection {
  connection(net::descriptor accepted, const http::limits& limits)
      : socket(std::move(accepted)),
        in({.initial = http::receive_buffer::page_bytes, .max = http::receive_bytes_max(limits)}),
        parser(limits) {}

  net::descriptor socket;
  http::receive_buffer in;
  http::request_parser parser;
  http::send_buffer out;

  ticket* under_way = nullptr;  ///< the request that is being answered
  bool readable = true;         ///< the socket may have bytes for us
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
