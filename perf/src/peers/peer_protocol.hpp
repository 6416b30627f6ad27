// How a rival is asked to store one message durably, and how its answer is known: what the peer
// loop needs to load any server that acknowledges one message at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace millrace::perf {

class peer_protocol {
 public:
  peer_protocol() = default;
  peer_protocol(const peer_protocol&) = delete;
  peer_protocol& operator=(const peer_protocol&) = delete;
  virtual ~peer_protocol() = default;

  /// Blocking exchange on a new connection, until messages may be sent on it. Throws
  /// std::runtime_error in the server's words.
  virtual void greet(int socket) = 0;
  /// The bytes that send one message; the same each time.
  [[nodiscard]] virtual std::string_view request() const noexcept = 0;
  /// Bytes of the acknowledgement at the front of `bytes`, 0 if it is not complete. Throws
  /// std::runtime_error when it is another answer.
  [[nodiscard]] virtual std::size_t answer_bytes(std::string_view bytes) const = 0;
};

/// LPUSH to a list; the server decides with `appendfsync` what that survives.
[[nodiscard]] std::unique_ptr<peer_protocol> redis_protocol(std::size_t body_bytes);
/// Persistent messages to a durable classic queue over AMQP 0-9-1, with publisher confirms.
[[nodiscard]] std::unique_ptr<peer_protocol> amqp_protocol(std::size_t body_bytes);

/// Sends all bytes, blocking. Throws std::runtime_error.
void send_all(int socket, std::string_view bytes);

}  // namespace millrace::perf
