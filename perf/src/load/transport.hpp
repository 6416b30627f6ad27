// Carries bytes between the generator and one server over many connections. One thread: the one
// that opened it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "load/socket.hpp"

namespace millrace::perf {

class transport {
 public:
  /// Takes what arrives.
  class receiver {
   public:
    receiver() = default;
    receiver(const receiver&) = delete;
    receiver& operator=(const receiver&) = delete;
    virtual ~receiver() = default;
    /// `bytes` are valid during the call. May send.
    virtual void take(std::size_t connection, std::string_view bytes) = 0;
  };

  transport() = default;
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;
  virtual ~transport() = default;

  /// Sends `bytes`, now or in the next turn; what cannot leave at once is copied. The connection
  /// has nothing unsent: all that was sent before was answered.
  virtual void send(std::size_t connection, std::string_view bytes) = 0;
  /// Waits until something arrives, `timeout_ms` at most, and hands over what did. Throws
  /// std::runtime_error when a connection broke or was closed.
  virtual void turn(receiver& to, int timeout_ms) = 0;
  /// As the command line calls it.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
};

enum class transport_kind : unsigned char { io_uring, epoll };

/// Takes over connected sockets; a connection is called by its index. Without a kind: io_uring
/// where the system has and permits it, else epoll. Throws std::runtime_error.
[[nodiscard]] std::unique_ptr<transport> open_transport(std::vector<socket_handle> sockets,
                                                        std::optional<transport_kind> kind);

/// Two system calls a request.
[[nodiscard]] std::unique_ptr<transport> open_epoll_transport(std::vector<socket_handle> sockets);
/// One system call a turn, whatever its number of answers and requests. Nothing when the system
/// lacks it (Linux 6.1) or does not permit it.
[[nodiscard]] std::unique_ptr<transport> open_uring_transport(std::vector<socket_handle>& sockets);

}  // namespace millrace::perf
