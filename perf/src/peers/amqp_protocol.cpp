// A message is three frames in one send, and its confirm one basic.ack.

#include <stdexcept>

#include "peers/amqp_connection.hpp"
#include "peers/blocking.hpp"
#include "peers/peer_protocol.hpp"

namespace millrace::perf {

namespace {

using amqp::frame_type;
using amqp::method;
using amqp::writer;

constexpr std::uint8_t durable = 2;  ///< bit of queue.declare

class confirmed_publisher final : public peer_protocol {
 public:
  confirmed_publisher(bool to_stream, std::size_t body_bytes)
      : to_stream_(to_stream),
        queue_(to_stream ? "millrace-load-stream" : "millrace-load"),
        request_(amqp::publish("", queue_, std::string(body_bytes, 'x'), true)) {}

  void greet(int socket, std::size_t) override {
    amqp::open_channel(socket);
    writer declared;
    declared.u16(0).short_text(queue_).u8(durable).long_text(to_stream_ ? amqp::stream_arguments()
                                                                        : "");
    amqp::step(socket, method::queue_declare, declared, method::queue_declare_ok);
    amqp::step(socket, method::confirm_select, writer().u8(0), method::confirm_select_ok);
  }

  [[nodiscard]] std::string_view request(std::size_t) const noexcept override { return request_; }

  [[nodiscard]] std::size_t answer_bytes(std::string_view bytes) const override {
    const auto frame = amqp::read_frame(bytes);
    if (frame.bytes == 0) return 0;
    if (frame.type != frame_type::method || frame.what() != method::basic_ack) {
      throw std::runtime_error("amqp: a message was not confirmed");
    }
    return frame.bytes;
  }

 private:
  bool to_stream_;
  std::string queue_;
  std::string request_;
};

}  // namespace

std::unique_ptr<peer_protocol> amqp_protocol(peer_workload what, std::size_t body_bytes) {
  if (what == peer_workload::replay) throw std::runtime_error("amqp has no replay");
  return std::make_unique<confirmed_publisher>(what == peer_workload::append, body_bytes);
}

}  // namespace millrace::perf
