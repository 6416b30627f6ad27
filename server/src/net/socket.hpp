// Non-blocking TCP over IPv4: listen, accept, read, write. Every call returns at once. The only
// place of the server that knows sockets; used by the I/O threads, each on its own descriptors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "net/descriptor.hpp"

namespace millrace::net {

/// A listening socket, or why not, in words. Several may listen on one port (SO_REUSEPORT): the
/// system spreads connections over them.
struct listening {
  descriptor socket;
  std::uint16_t port = 0;  ///< as bound, if 0 was asked for
  std::string failure;
};
enum class port_sharing : std::uint8_t {
  none,
  first,  ///< of several: fails like `none` if anybody else listens there
  joins,  ///< one more, beside a first
};
listening listen_on(const std::string& host, std::uint16_t port, port_sharing sharing);

/// The next waiting connection, with small writes sent at once; empty: none, or `exhausted` when
/// the process has no descriptor left.
descriptor accept_one(const descriptor& listener, bool& exhausted) noexcept;

enum class io : std::uint8_t {
  done,  ///< `bytes` were moved
  would_block,
  closed,  ///< the peer has closed or reset
};
struct io_result {
  io what = io::would_block;
  std::size_t bytes = 0;
};
io_result read_some(const descriptor& socket, std::span<char> into) noexcept;
io_result write_some(const descriptor& socket, std::string_view from) noexcept;

/// Sends a FIN; what the peer still sends may be read and dropped.
void shut_down_writing(const descriptor& socket) noexcept;

}  // namespace millrace::net
