#include "peers/amqp_frame.hpp"

namespace millrace::perf::amqp {

namespace {

std::uint32_t read_u32(std::string_view bytes) noexcept {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

}  // namespace

writer& writer::u8(std::uint8_t value) {
  bytes_ += static_cast<char>(value);
  return *this;
}
writer& writer::u16(std::uint16_t value) {
  return u8(static_cast<std::uint8_t>(value >> 8)).u8(static_cast<std::uint8_t>(value));
}
writer& writer::u32(std::uint32_t value) {
  return u16(static_cast<std::uint16_t>(value >> 16)).u16(static_cast<std::uint16_t>(value));
}
writer& writer::u64(std::uint64_t value) {
  return u32(static_cast<std::uint32_t>(value >> 32)).u32(static_cast<std::uint32_t>(value));
}
writer& writer::short_text(std::string_view text) {
  u8(static_cast<std::uint8_t>(text.size()));
  bytes_ += text;
  return *this;
}
writer& writer::long_text(std::string_view text) {
  u32(static_cast<std::uint32_t>(text.size()));
  bytes_ += text;
  return *this;
}

std::string frame(frame_type type, std::uint16_t channel, std::string_view payload) {
  writer head;
  head.u8(static_cast<std::uint8_t>(type)).u16(channel);
  head.u32(static_cast<std::uint32_t>(payload.size()));
  return head.bytes() + std::string(payload) + frame_end;
}

std::string method_frame(std::uint16_t channel, method what, std::string_view arguments) {
  writer payload;
  payload.u32(static_cast<std::uint32_t>(what));
  return frame(frame_type::method, channel, payload.bytes() + std::string(arguments));
}

method received_frame::what() const noexcept { return static_cast<method>(read_u32(payload)); }

received_frame read_frame(std::string_view bytes) noexcept {
  if (bytes.size() < frame_head_bytes) return {};
  const std::size_t size = read_u32(bytes.substr(3));
  if (bytes.size() < frame_head_bytes + size + 1) return {};
  return {frame_head_bytes + size + 1, static_cast<frame_type>(bytes.front()),
          bytes.substr(frame_head_bytes, size)};
}

}  // namespace millrace::perf::amqp
