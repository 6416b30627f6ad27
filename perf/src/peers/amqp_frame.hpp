// Just enough of AMQP 0-9-1 to publish with confirms and to consume: frames as bytes, and the head
// of a received one. Numbers are big-endian. (AMQP 0-9-1 specification, sections 2.3 and 4.2)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::perf::amqp {

enum class frame_type : std::uint8_t { method = 1, header = 2, body = 3 };

inline constexpr std::size_t frame_head_bytes = 7;
inline constexpr char frame_end = '\xce';

/// Class and method number in one.
enum class method : std::uint32_t {
  connection_start = 10u << 16 | 10,
  connection_start_ok = 10u << 16 | 11,
  connection_tune = 10u << 16 | 30,
  connection_tune_ok = 10u << 16 | 31,
  connection_open = 10u << 16 | 40,
  connection_open_ok = 10u << 16 | 41,
  channel_open = 20u << 16 | 10,
  channel_open_ok = 20u << 16 | 11,
  exchange_declare = 40u << 16 | 10,
  exchange_declare_ok = 40u << 16 | 11,
  queue_declare = 50u << 16 | 10,
  queue_declare_ok = 50u << 16 | 11,
  queue_bind = 50u << 16 | 20,
  queue_bind_ok = 50u << 16 | 21,
  basic_qos = 60u << 16 | 10,
  basic_qos_ok = 60u << 16 | 11,
  basic_consume = 60u << 16 | 20,
  basic_consume_ok = 60u << 16 | 21,
  basic_publish = 60u << 16 | 40,
  basic_deliver = 60u << 16 | 60,
  basic_get = 60u << 16 | 70,
  basic_get_ok = 60u << 16 | 71,
  basic_ack = 60u << 16 | 80,
  confirm_select = 85u << 16 | 10,
  confirm_select_ok = 85u << 16 | 11,
};

/// Appends values in wire order.
class writer {
 public:
  writer& u8(std::uint8_t value);
  writer& u16(std::uint16_t value);
  writer& u32(std::uint32_t value);
  writer& u64(std::uint64_t value);
  writer& short_text(std::string_view text);
  writer& long_text(std::string_view text);
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

 private:
  std::string bytes_;
};

[[nodiscard]] std::string frame(frame_type type, std::uint16_t channel, std::string_view payload);
[[nodiscard]] std::string method_frame(std::uint16_t channel, method what,
                                       std::string_view arguments);

struct received_frame {
  std::size_t bytes = 0;  ///< 0: not complete
  frame_type type = frame_type::method;
  std::string_view payload{};
  /// Of a method frame.
  [[nodiscard]] method what() const noexcept;
};
[[nodiscard]] received_frame read_frame(std::string_view bytes) noexcept;

}  // namespace millrace::perf::amqp
