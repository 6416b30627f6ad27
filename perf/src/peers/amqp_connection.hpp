// The handshake of AMQP 0-9-1 and its blocking steps, on channel 1.
#pragma once

#include <string>
#include <string_view>

#include "peers/amqp_frame.hpp"
#include "peers/fan_out_protocol.hpp"

namespace millrace::perf::amqp {

inline constexpr std::uint16_t channel = 1;

/// From a new connection to an open channel. Throws std::runtime_error.
void open_channel(int socket);
/// Sends one method and awaits its answer. Throws std::runtime_error with what came instead.
void step(int socket, method send, const writer& arguments, method answer);

/// Blocks until message `last` of the channel is confirmed. A confirm may stand for all before it.
/// Throws std::runtime_error when one is refused.
void await_confirm(int socket, std::uint64_t last);

/// The arguments of queue.declare that make a stream of a queue. A table has the same head as a
/// long string: its length.
[[nodiscard]] std::string stream_arguments();

/// Throws std::runtime_error when the server does not answer as it should.
void declare_durable(int socket, std::string_view queue, std::string_view arguments);
/// From here on each message of the channel is confirmed.
void select_confirms(int socket);

/// The number that a confirm, a delivery or an acknowledgement is of. `at`: where it stands.
[[nodiscard]] std::uint64_t read_u64(std::string_view payload, std::size_t at);

/// The three frames of a message.
[[nodiscard]] std::string publish(std::string_view exchange, std::string_view key,
                                  std::string_view body, bool persistent);
/// Publishes the records of a plan, hundreds at a time, and waits until all are confirmed; nothing
/// was published on the channel before. Throws std::runtime_error when one is refused.
void publish_confirmed(int socket, const fan_out_plan& plan, std::string_view exchange,
                       std::string_view key, bool persistent);

}  // namespace millrace::perf::amqp
