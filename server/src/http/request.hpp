// One parsed HTTP/1.1 request: views into the connection's receive buffer. Made by
// request_parser; valid until the buffer is next prepared or the parser next runs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "http/field_name.hpp"

namespace millrace::http {

enum class method : std::uint8_t { other, get, head, post, put, delete_, options, patch, trace };

/// One field line, as offsets from the first byte of the message.
struct field {
  std::uint16_t name;
  std::uint16_t value;
  std::uint16_t value_size;
  std::uint8_t name_size;
  field_name id;
};

struct request {
  http::method method = method::other;
  bool http_1_0 = false;
  bool keep_alive = true;         ///< the connection may be used again after the reply
  bool expects_continue = false;  ///< wants "100 Continue" before it sends the body
  bool chunked = false;
  std::uint64_t content_length = 0;  ///< as announced; of a chunked body what was decoded

  std::string_view method_name;
  std::string_view target;  ///< as received: "/path?query", "http://host/path" or "*"
  std::string_view path;    ///< without query; "/" when an absolute target has none
  std::string_view query;   ///< behind '?', not decoded; empty when there is none
  std::string_view host;    ///< host[:port] the client called; empty only in HTTP/1.0
  std::string_view body;    ///< whole and contiguous; 64 readable bytes follow

  /// The value of a known field (its first, when it came more than once); "" when absent.
  [[nodiscard]] std::string_view header(field_name name) const noexcept {
    const std::uint8_t at = slots[static_cast<std::size_t>(name)];
    return at == 0 ? std::string_view{} : value_of(fields[at - 1u]);
  }
  [[nodiscard]] bool has(field_name name) const noexcept {
    return slots[static_cast<std::size_t>(name)] != 0;
  }
  /// The value of any field by its name, whatever the case; "" when absent. A linear search.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;

  [[nodiscard]] std::string_view name_of(const field& f) const noexcept {
    return {base + f.name, f.name_size};
  }
  [[nodiscard]] std::string_view value_of(const field& f) const noexcept {
    return {base + f.value, f.value_size};
  }

  const char* base = nullptr;                          ///< first byte of the message
  std::span<const field> fields;                       ///< in the order received
  std::array<std::uint8_t, field_name_count> slots{};  ///< 1 + index of a known name; 0: absent
};

}  // namespace millrace::http
