// The handshake of AMQP 0-9-1 by hand: each step is one method sent and one awaited. Then a message
// is three frames in one send, and its confirm one basic.ack.

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "load/socket.hpp"
#include "peers/amqp_frame.hpp"
#include "peers/peer_protocol.hpp"

namespace millrace::perf {

namespace {

using amqp::frame_type;
using amqp::method;
using amqp::writer;

constexpr std::uint16_t channel = 1;
constexpr std::uint32_t frame_bytes_max = 131'072;
constexpr std::string_view queue = "millrace-load";
constexpr std::uint16_t basic_class = 60;
constexpr std::uint16_t delivery_mode_given = 1 << 12;
constexpr std::uint8_t persistent = 2;
constexpr std::uint8_t durable = 2;  ///< bit of queue.declare

/// Reads until a whole frame is there, which must be this method.
void await(int socket, method wanted) {
  std::string received;
  std::array<char, 4096> chunk;
  for (;;) {
    const auto frame = amqp::read_frame(received);
    if (frame.bytes != 0) {
      if (frame.type == frame_type::method && frame.what() == wanted) return;
      throw std::runtime_error("amqp: another method than was asked for: " + received);
    }
    const ssize_t got = recv(socket, chunk.data(), chunk.size(), 0);
    if (got <= 0) throw std::runtime_error("amqp: the server closed the connection");
    received.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

void step(int socket, std::uint16_t on, method send, const writer& arguments, method answer) {
  send_all(socket, amqp::method_frame(on, send, arguments.bytes()));
  await(socket, answer);
}

class confirmed_publisher final : public peer_protocol {
 public:
  explicit confirmed_publisher(std::size_t body_bytes) {
    writer publish;
    publish.u16(0).short_text("").short_text(queue).u8(0);
    writer header;
    header.u16(basic_class).u16(0).u64(body_bytes).u16(delivery_mode_given).u8(persistent);
    request_ = amqp::method_frame(channel, method::basic_publish, publish.bytes()) +
               amqp::frame(frame_type::header, channel, header.bytes()) +
               amqp::frame(frame_type::body, channel, std::string(body_bytes, 'x'));
  }

  void greet(int socket) override {
    send_all(socket, std::string_view("AMQP\0\0\x09\x01", 8));
    await(socket, method::connection_start);
    writer login;
    login.u32(0).short_text("PLAIN").long_text(std::string_view("\0guest\0guest", 12));
    login.short_text("en_US");
    step(socket, 0, method::connection_start_ok, login, method::connection_tune);
    writer tuned;
    tuned.u16(1).u32(frame_bytes_max).u16(0);
    send_all(socket, amqp::method_frame(0, method::connection_tune_ok, tuned.bytes()));
    step(socket, 0, method::connection_open, writer().short_text("/").short_text("").u8(0),
         method::connection_open_ok);
    step(socket, channel, method::channel_open, writer().short_text(""), method::channel_open_ok);
    step(socket, channel, method::queue_declare,
         writer().u16(0).short_text(queue).u8(durable).u32(0), method::queue_declare_ok);
    step(socket, channel, method::confirm_select, writer().u8(0), method::confirm_select_ok);
  }

  [[nodiscard]] std::string_view request() const noexcept override { return request_; }

  [[nodiscard]] std::size_t answer_bytes(std::string_view bytes) const override {
    const auto frame = amqp::read_frame(bytes);
    if (frame.bytes == 0) return 0;
    if (frame.type != frame_type::method || frame.what() != method::basic_ack) {
      throw std::runtime_error("amqp: a message was not confirmed");
    }
    return frame.bytes;
  }

 private:
  std::string request_;
};

}  // namespace

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) throw_errno("send");
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::unique_ptr<peer_protocol> amqp_protocol(std::size_t body_bytes) {
  return std::make_unique<confirmed_publisher>(body_bytes);
}

}  // namespace millrace::perf
