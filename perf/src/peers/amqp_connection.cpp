// Each step is one method sent and one awaited.

#include "peers/amqp_connection.hpp"

#include <algorithm>
#include <stdexcept>

#include "peers/blocking.hpp"

namespace millrace::perf::amqp {

namespace {

constexpr std::uint32_t frame_bytes_max = 131'072;
constexpr std::uint16_t basic_class = 60;
constexpr std::uint16_t delivery_mode_given = 1 << 12;

/// Reads until a whole frame is there, which must be this method.
void await(int socket, method wanted) {
  const std::string received =
      receive_until(socket, [](std::string_view got) { return read_frame(got).bytes != 0; });
  const auto frame = read_frame(received);
  if (frame.type == frame_type::method && frame.what() == wanted) return;
  throw std::runtime_error("amqp: another method than was asked for: " + received);
}

void step_on(int socket, std::uint16_t on, method send, const writer& arguments, method answer) {
  send_all(socket, method_frame(on, send, arguments.bytes()));
  await(socket, answer);
}

}  // namespace

void open_channel(int socket) {
  send_all(socket, std::string_view("AMQP\0\0\x09\x01", 8));
  await(socket, method::connection_start);
  writer login;
  login.u32(0).short_text("PLAIN").long_text(std::string_view("\0guest\0guest", 12));
  login.short_text("en_US");
  step_on(socket, 0, method::connection_start_ok, login, method::connection_tune);
  writer tuned;
  tuned.u16(1).u32(frame_bytes_max).u16(0);
  send_all(socket, method_frame(0, method::connection_tune_ok, tuned.bytes()));
  step_on(socket, 0, method::connection_open, writer().short_text("/").short_text("").u8(0),
          method::connection_open_ok);
  step(socket, method::channel_open, writer().short_text(""), method::channel_open_ok);
}

void step(int socket, method send, const writer& arguments, method answer) {
  step_on(socket, channel, send, arguments, answer);
}

std::uint64_t read_u64(std::string_view payload, std::size_t at) {
  if (payload.size() < at + 8) throw std::runtime_error("amqp: a method ends within a number");
  std::uint64_t value = 0;
  for (const char c : payload.substr(at, 8)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

void await_confirm(int socket, std::uint64_t last) {
  constexpr std::size_t tag_at = 4;  // after the method's own number
  (void)receive_until(socket, [=](std::string_view got) {
    std::uint64_t confirmed = 0;
    for (auto frame = read_frame(got); frame.bytes != 0; frame = read_frame(got)) {
      if (frame.type != frame_type::method || frame.what() != method::basic_ack) {
        throw std::runtime_error("amqp: a message was not confirmed");
      }
      confirmed = std::max(confirmed, read_u64(frame.payload, tag_at));
      got.remove_prefix(frame.bytes);
    }
    return confirmed == last;
  });
}

void declare_durable(int socket, std::string_view queue, std::string_view arguments) {
  constexpr std::uint8_t durable = 2;
  writer declared;
  declared.u16(0).short_text(queue).u8(durable).long_text(arguments);
  step(socket, method::queue_declare, declared, method::queue_declare_ok);
}

void select_confirms(int socket) {
  step(socket, method::confirm_select, writer().u8(0), method::confirm_select_ok);
}

std::string stream_arguments() {
  writer table;
  table.short_text("x-queue-type").u8('S').long_text("stream");
  return table.bytes();
}

std::string publish(std::string_view exchange, std::string_view key, std::string_view body,
                    bool persistent) {
  writer route;
  route.u16(0).short_text(exchange).short_text(key).u8(0);
  writer header;
  header.u16(basic_class).u16(0).u64(body.size()).u16(delivery_mode_given);
  header.u8(persistent ? 2 : 1);
  return method_frame(channel, method::basic_publish, route.bytes()) +
         frame(frame_type::header, channel, header.bytes()) +
         frame(frame_type::body, channel, body);
}

void publish_confirmed(int socket, const fan_out_plan& plan, std::string_view exchange,
                       std::string_view key, bool persistent) {
  constexpr std::size_t batch = 500;
  select_confirms(socket);
  for (std::size_t first = 0; first < plan.records; first += batch) {
    const std::size_t end = std::min(first + batch, plan.records);
    std::string messages;
    for (std::size_t i = first; i < end; ++i) {
      messages += publish(exchange, key, numbered_record(i, plan.record_bytes), persistent);
    }
    send_all(socket, messages);
    await_confirm(socket, end);
  }
}

}  // namespace millrace::perf::amqp
