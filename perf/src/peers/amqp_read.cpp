// A RabbitMQ stream read from its first record. Credit comes with acknowledgements: all that may be
// under way is acknowledged together when it is there, as a transport sends on a connection that
// has nothing under way.

#include <stdexcept>

#include "peers/amqp_connection.hpp"
#include "peers/blocking.hpp"
#include "peers/fan_out_protocol.hpp"

namespace millrace::perf {

namespace {

using amqp::frame_type;
using amqp::method;
using amqp::writer;

constexpr std::string_view queue = "millrace-read-stream";
constexpr std::uint8_t multiple = 1;  ///< bit of basic.ack: all up to this one
constexpr std::uint16_t under_way_max = 1000;

/// Of a delivery: after the method's own number and the consumer's tag.
std::uint64_t delivery_tag(std::string_view payload) {
  constexpr std::size_t consumer_at = 4;
  if (payload.size() <= consumer_at) throw std::runtime_error("amqp: a delivery ends too early");
  const auto length = static_cast<unsigned char>(payload[consumer_at]);
  return amqp::read_u64(payload, consumer_at + 1 + length);
}

class stream_reader final : public fan_out_protocol {
 public:
  void fill(int socket, const fan_out_plan& plan) override {
    amqp::open_channel(socket);
    amqp::declare_durable(socket, queue, amqp::stream_arguments());
    amqp::publish_confirmed(socket, plan, "", queue, true);
  }

  void greet(int socket) override {
    amqp::open_channel(socket);
    amqp::step(socket, method::basic_qos, writer().u32(0).u16(under_way_max).u8(0),
               method::basic_qos_ok);
  }

  [[nodiscard]] std::string begin(std::size_t) const override {
    writer from_first;
    from_first.short_text("x-stream-offset").u8('S').long_text("first");
    writer asked;
    asked.u16(0).short_text(queue).short_text("").u8(0).long_text(from_first.bytes());
    return amqp::method_frame(amqp::channel, method::basic_consume, asked.bytes());
  }

  std::size_t take(std::size_t, std::string_view bytes, const record_taker& to,
                   std::string& next) const override {
    std::size_t passed = 0;  // whole deliveries only, as their tag is in the first of three frames
    std::uint64_t tag = 0, taken = 0;
    std::size_t at = 0;
    for (auto frame = amqp::read_frame(bytes); frame.bytes != 0;
         frame = amqp::read_frame(bytes.substr(at))) {
      at += frame.bytes;
      if (frame.type == frame_type::header) continue;
      if (frame.type == frame_type::body) {
        to(frame.payload);
        taken = tag;
      } else if (frame.what() == method::basic_deliver) {
        tag = delivery_tag(frame.payload);
        continue;
      } else if (frame.what() != method::basic_consume_ok) {
        throw std::runtime_error("amqp: the server ends the channel: " +
                                 std::string(frame.payload));
      }
      passed = at;
    }
    if (taken != 0 && taken % under_way_max == 0) {
      next = amqp::method_frame(amqp::channel, method::basic_ack,
                                writer().u64(taken).u8(multiple).bytes());
    }
    return passed;
  }
};

}  // namespace

std::unique_ptr<fan_out_protocol> amqp_read() { return std::make_unique<stream_reader>(); }

}  // namespace millrace::perf
