// A message is three frames in one send, and its confirm one basic.ack.

#include <stdexcept>
#include <vector>

#include "peers/amqp_connection.hpp"
#include "peers/blocking.hpp"
#include "peers/peer_protocol.hpp"

namespace millrace::perf {

namespace {

using amqp::frame_type;
using amqp::method;
using amqp::writer;

class confirmed_publisher final : public peer_protocol {
 public:
  confirmed_publisher(bool to_stream, std::size_t body_bytes)
      : to_stream_(to_stream),
        queue_(to_stream ? "millrace-load-stream" : "millrace-load"),
        request_(amqp::publish("", queue_, std::string(body_bytes, 'x'), true)) {}

  void greet(int socket, std::size_t) override {
    amqp::open_channel(socket);
    amqp::declare_durable(socket, queue_, to_stream_ ? amqp::stream_arguments() : "");
    amqp::select_confirms(socket);
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

std::string acknowledgement(std::uint64_t tag) {
  return amqp::method_frame(amqp::channel, method::basic_ack, writer().u64(tag).u8(0).bytes());
}

class confirmed_cycle final : public peer_protocol {
 public:
  explicit confirmed_cycle(std::size_t body_bytes)
      : publish_(amqp::publish("", queue, std::string(body_bytes, 'x'), true)),
        body_bytes_(body_bytes) {}

  void greet(int socket, std::size_t) override {
    amqp::open_channel(socket);
    amqp::declare_durable(socket, queue, "");
    amqp::select_confirms(socket);
    next_.push_back(publish_);
  }

  [[nodiscard]] std::string_view request(std::size_t connection) const noexcept override {
    return next_[connection];
  }

  /// A confirm, or a message: its method, its header and its body.
  [[nodiscard]] std::size_t answer_bytes(std::string_view bytes) const override {
    const auto head = amqp::read_frame(bytes);
    if (head.bytes == 0 || is(head, method::basic_ack)) return head.bytes;
    if (!is(head, method::basic_get_ok)) {
      throw std::runtime_error("amqp: a message was not confirmed, or none was there");
    }
    const auto properties = amqp::read_frame(bytes.substr(head.bytes));
    if (properties.bytes == 0) return 0;
    const std::size_t before = head.bytes + properties.bytes;
    const auto body = amqp::read_frame(bytes.substr(before));
    if (body.bytes == 0) return 0;
    if (body.payload.size() != body_bytes_) throw std::runtime_error("amqp: another message");
    return before + body.bytes;
  }

  std::size_t answered(std::size_t connection, std::string_view answer) override {
    constexpr std::size_t tag_at = 4;  // after the method's own number
    const auto head = amqp::read_frame(answer);
    if (is(head, method::basic_ack)) {
      next_[connection] = amqp::method_frame(amqp::channel, method::basic_get,
                                             writer().u16(0).short_text(queue).u8(0).bytes());
      return 0;
    }
    next_[connection] = acknowledgement(amqp::read_u64(head.payload, tag_at)) + publish_;
    return 1;
  }

 private:
  static constexpr std::string_view queue = "millrace-cycle";

  [[nodiscard]] static bool is(const amqp::received_frame& frame, method what) noexcept {
    return frame.type == frame_type::method && frame.what() == what;
  }

  std::string publish_;
  std::size_t body_bytes_;
  std::vector<std::string> next_;  ///< by connection
};

}  // namespace

std::unique_ptr<peer_protocol> amqp_protocol(peer_workload what, std::size_t body_bytes) {
  if (what == peer_workload::cycle) return std::make_unique<confirmed_cycle>(body_bytes);
  if (what == peer_workload::replay) throw std::runtime_error("amqp has no replay");
  return std::make_unique<confirmed_publisher>(what == peer_workload::append, body_bytes);
}

}  // namespace millrace::perf
