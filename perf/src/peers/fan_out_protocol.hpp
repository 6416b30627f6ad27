// How a rival hands the same records to several consumers, each on a connection of its own: what
// the fan-out loop needs of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace millrace::perf {

struct fan_out_plan {
  std::size_t consumers = 10;
  std::size_t records = 10'000;  ///< that each gets
  std::size_t record_bytes = 1024;
};

class fan_out_protocol {
 public:
  using record_taker = std::function<void(std::string_view)>;

  fan_out_protocol() = default;
  fan_out_protocol(const fan_out_protocol&) = delete;
  fan_out_protocol& operator=(const fan_out_protocol&) = delete;
  virtual ~fan_out_protocol() = default;

  /// Blocking, on a connection of its own: makes a place for every consumer and stores all records.
  virtual void fill(int socket, const fan_out_plan& plan) = 0;
  /// Blocking, on a new connection of a consumer: up to where deliveries may begin.
  virtual void greet(int socket) = 0;
  /// Bytes that make them begin.
  [[nodiscard]] virtual std::string begin(std::size_t consumer) const = 0;
  /// Takes all that is whole from the front of what came; gives how many bytes that was, and in
  /// `next` what is to be sent so that more comes.
  virtual std::size_t take(std::size_t consumer, std::string_view bytes, const record_taker& to,
                           std::string& next) const = 0;
};

/// Redis Streams: a consumer group for each consumer, read with NOACK, 100 records a request.
[[nodiscard]] std::unique_ptr<fan_out_protocol> redis_fan_out();
/// RabbitMQ: a fanout exchange and a transient queue for each consumer, consumed without acks.
[[nodiscard]] std::unique_ptr<fan_out_protocol> amqp_fan_out();
/// NATS JetStream: a stream and a push consumer for each, without acks.
[[nodiscard]] std::unique_ptr<fan_out_protocol> nats_fan_out(bool in_files = false);
/// Redis Streams, from the first record on without a group: XREAD of 100 records a request.
[[nodiscard]] std::unique_ptr<fan_out_protocol> redis_read();
/// A RabbitMQ stream, confirmed, then consumed from its first record; its consumers must
/// acknowledge, and have 1,000 records at most under way.
[[nodiscard]] std::unique_ptr<fan_out_protocol> amqp_read();

/// A record: its number in 16 digits, then filling.
[[nodiscard]] std::string numbered_record(std::size_t number, std::size_t bytes);

}  // namespace millrace::perf
