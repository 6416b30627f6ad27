// RabbitMQ: a fanout exchange copies each message to a queue for each consumer.

#include "peers/amqp_connection.hpp"
#include "peers/blocking.hpp"
#include "peers/fan_out_protocol.hpp"

namespace millrace::perf {

namespace {

using amqp::frame_type;
using amqp::method;
using amqp::writer;

constexpr std::string_view exchange = "millrace-fan-out";
constexpr std::uint8_t no_ack = 2;  ///< bit of basic.consume

std::string queue_of(std::size_t consumer) { return "millrace-" + std::to_string(consumer); }

class rabbitmq final : public fan_out_protocol {
 public:
  void fill(int socket, const fan_out_plan& plan) override {
    amqp::open_channel(socket);
    amqp::step(socket, method::exchange_declare,
               writer().u16(0).short_text(exchange).short_text("fanout").u8(0).u32(0),
               method::exchange_declare_ok);
    for (std::size_t i = 0; i < plan.consumers; ++i) {
      amqp::step(socket, method::queue_declare,
                 writer().u16(0).short_text(queue_of(i)).u8(0).u32(0), method::queue_declare_ok);
      writer bound;
      bound.u16(0).short_text(queue_of(i)).short_text(exchange).short_text("").u8(0).u32(0);
      amqp::step(socket, method::queue_bind, bound, method::queue_bind_ok);
    }
    amqp::publish_confirmed(socket, plan, exchange, "", false);
  }

  void greet(int socket) override { amqp::open_channel(socket); }

  [[nodiscard]] std::string begin(std::size_t consumer) const override {
    writer asked;
    asked.u16(0).short_text(queue_of(consumer)).short_text("").u8(no_ack).u32(0);
    return amqp::method_frame(amqp::channel, method::basic_consume, asked.bytes());
  }

  std::size_t take(std::size_t, std::string_view bytes, const record_taker& to,
                   std::string&) const override {
    std::size_t passed = 0;
    for (auto frame = amqp::read_frame(bytes); frame.bytes != 0;
         frame = amqp::read_frame(bytes.substr(passed))) {
      passed += frame.bytes;
      if (frame.type == frame_type::body) to(frame.payload);
    }
    return passed;
  }
};

}  // namespace

std::unique_ptr<fan_out_protocol> amqp_fan_out() { return std::make_unique<rabbitmq>(); }

}  // namespace millrace::perf
