// Framing of event stream messages.
#include "aws/event_stream.hpp"

#include <zlib.h>

#include <cstdint>
#include <cstring>

namespace millrace::aws {
namespace {

constexpr std::size_t prelude_bytes = 12;  // total length, length of headers, sum of these two
constexpr std::size_t sum_bytes = 4;
constexpr char string_type = 7;

void put_u32(char* to, std::uint32_t number) noexcept {
  for (int shift = 24; shift >= 0; shift -= 8) *to++ = static_cast<char>(number >> shift);
}

std::uint32_t sum_of(const char* first, std::size_t size) noexcept {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const unsigned char*>(first), size));
}

void append_header(http::send_buffer& out, std::string_view name, std::string_view text) noexcept {
  out.append(static_cast<char>(name.size()));
  out.append(name);
  out.append(string_type);
  out.append(static_cast<char>(text.size() >> 8));
  out.append(static_cast<char>(text.size()));
  out.append(text);
}

open_message begin_message(http::send_buffer& out, std::string_view message_type,
                           std::string_view type_name, std::string_view type,
                           std::string_view content_type) noexcept {
  open_message open;
  open.begin = out.size();
  std::memset(out.reserve(prelude_bytes), 0, prelude_bytes);
  out.commit(prelude_bytes);
  append_header(out, ":message-type", message_type);
  append_header(out, type_name, type);
  append_header(out, ":content-type", content_type);
  open.payload_at = out.size();
  return open;
}

}  // namespace

open_message begin_event(http::send_buffer& out, std::string_view event_type,
                         std::string_view content_type) noexcept {
  return begin_message(out, "event", ":event-type", event_type, content_type);
}

open_message begin_exception(http::send_buffer& out, std::string_view exception_type,
                             std::string_view content_type) noexcept {
  return begin_message(out, "exception", ":exception-type", exception_type, content_type);
}

void finish_message(http::send_buffer& out, const open_message& open) noexcept {
  const std::size_t size = out.size() - open.begin + sum_bytes;
  char* const sum = out.reserve(sum_bytes);
  char* const first = out.data() + open.begin;
  put_u32(first, static_cast<std::uint32_t>(size));
  put_u32(first + 4, static_cast<std::uint32_t>(open.payload_at - open.begin - prelude_bytes));
  put_u32(first + 8, sum_of(first, 8));
  put_u32(sum, sum_of(first, size - sum_bytes));
  out.commit(sum_bytes);
}

void write_initial_response(http::send_buffer& out, std::string_view content_type,
                            std::string_view payload) noexcept {
  const open_message open = begin_event(out, "initial-response", content_type);
  out.append(payload);
  finish_message(out, open);
}

}  // namespace millrace::aws
