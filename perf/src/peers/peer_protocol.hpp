// How a rival is asked for one thing over and over, and how its answer is known: what the peer loop
// needs to load any server that answers one request at a time.
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

  /// Blocking exchange on a new connection, until requests may be sent on it; connections come in
  /// order. Throws std::runtime_error in the server's words.
  virtual void greet(int socket, std::size_t connection) = 0;
  /// The bytes of the next request of that connection.
  [[nodiscard]] virtual std::string_view request(std::size_t connection) const noexcept = 0;
  /// Bytes of the answer at the front of `bytes`, 0 if it is not complete. Throws
  /// std::runtime_error when it is another answer.
  [[nodiscard]] virtual std::size_t answer_bytes(std::string_view bytes) const = 0;
  /// Gets each whole answer, on which the next request may depend. Throws std::runtime_error when
  /// it is not that of the request. Gives how many messages are dealt with now.
  virtual std::size_t answered(std::size_t, std::string_view) { return 1; }
};

/// What the requests do.
enum class peer_workload : std::uint8_t {
  send,    ///< a message to a queue
  append,  ///< a record to a stream
  replay,  ///< reads the first `replay_records` of a stream
  cycle,   ///< sends a message to a queue, receives one and deletes it, one after the other
};
inline constexpr std::size_t replay_records = 200;

/// send: LPUSH to a list; append: XADD; replay: XRANGE. cycle: LPUSH, LMOVE to a list of the
/// consumer's own, so that it is not lost with the consumer, RPOP from that. The server decides
/// with `appendfsync` what it survives.
[[nodiscard]] std::unique_ptr<peer_protocol> redis_protocol(peer_workload what,
                                                            std::size_t body_bytes);
/// Persistent messages over AMQP 0-9-1 with publisher confirms: to a durable classic queue, or to a
/// stream. cycle: publish, basic.get, basic.ack, which the server does not answer: it leaves with
/// the next publish. Throws std::runtime_error for replay.
[[nodiscard]] std::unique_ptr<peer_protocol> amqp_protocol(peer_workload what,
                                                           std::size_t body_bytes);
/// append: to a JetStream stream, in memory or in files, each acknowledged. Throws
/// std::runtime_error for another workload.
[[nodiscard]] std::unique_ptr<peer_protocol> nats_protocol(peer_workload what, bool in_files,
                                                           std::size_t body_bytes);

}  // namespace millrace::perf
