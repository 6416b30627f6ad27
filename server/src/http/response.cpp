// Response heads from precomputed pieces.
#include "http/response.hpp"

#include <charconv>
#include <cstring>

namespace millrace::http {
namespace {

/// The status line, whole for the statuses that this server sends.
std::string_view status_line(std::uint16_t status) noexcept {
  switch (status) {
    case 200: return "HTTP/1.1 200 OK\r\n";
    case 400: return "HTTP/1.1 400 Bad Request\r\n";
    case 403: return "HTTP/1.1 403 Forbidden\r\n";
    case 404: return "HTTP/1.1 404 Not Found\r\n";
    case 405: return "HTTP/1.1 405 Method Not Allowed\r\n";
    case 408: return "HTTP/1.1 408 Request Timeout\r\n";
    case 411: return "HTTP/1.1 411 Length Required\r\n";
    case 413: return "HTTP/1.1 413 Content Too Large\r\n";
    case 414: return "HTTP/1.1 414 URI Too Long\r\n";
    case 415: return "HTTP/1.1 415 Unsupported Media Type\r\n";
    case 417: return "HTTP/1.1 417 Expectation Failed\r\n";
    case 429: return "HTTP/1.1 429 Too Many Requests\r\n";
    case 431: return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case 500: return "HTTP/1.1 500 Internal Server Error\r\n";
    case 501: return "HTTP/1.1 501 Not Implemented\r\n";
    case 503: return "HTTP/1.1 503 Service Unavailable\r\n";
    case 505: return "HTTP/1.1 505 HTTP Version Not Supported\r\n";
    default: return {};
  }
}

char* put(char* at, std::string_view text) noexcept {
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

char* put_field(char* at, std::string_view name_and_colon, std::string_view value) noexcept {
  if (value.empty()) return at;
  at = put(at, name_and_colon);
  at = put(at, value);
  return put(at, "\r\n");
}

unsigned digits_of(std::size_t number) noexcept {
  unsigned digits = 1;
  for (; number >= 10; number /= 10) ++digits;
  return digits;
}

constexpr std::size_t fixed_bytes = 320;  // status line, names, connection, length, line ends
constexpr std::string_view length_end = "\r\n\r\n";

std::size_t head_bytes_max(const response_head& head) noexcept {
  return fixed_bytes + head.content_type.size() + head.request_id.size() + head.date.size() +
         head.fields.size();
}

/// All but what says how the body is framed and what becomes of the connection.
char* put_fields(char* at, const response_head& head) noexcept {
  at = put_field(at, "x-amzn-RequestId: ", head.request_id);
  at = put_field(at, "Content-Type: ", head.content_type);
  at = put_field(at, "Date: ", head.date);
  return put(at, head.fields);
}

char* put_connection(char* at, connection_field connection) noexcept {
  if (connection == connection_field::close) return put(at, "Connection: close\r\n");
  if (connection == connection_field::keep_alive) return put(at, "Connection: keep-alive\r\n");
  return at;
}

}  // namespace

connection_field connection_for(const request& r) noexcept {
  if (!r.keep_alive) return connection_field::close;
  return r.http_1_0 ? connection_field::keep_alive : connection_field::none;
}

void append_status_line(send_buffer& out, std::uint16_t status) noexcept {
  const std::string_view known = status_line(status);
  if (!known.empty()) {
    out.append(known);
    return;
  }
  char* const at = out.reserve(32);
  char* end = put(at, "HTTP/1.1 ");
  end = std::to_chars(end, end + 5, status).ptr;
  end = put(end, " \r\n");
  out.commit(static_cast<std::size_t>(end - at));
}

void write_continue(send_buffer& out) noexcept { out.append("HTTP/1.1 100 Continue\r\n\r\n"); }

void append_head(send_buffer& out, const response_head& head) noexcept {
  append_status_line(out, head.status);
  char* const first = out.reserve(head_bytes_max(head));
  const char* const end = put_connection(put_fields(first, head), head.connection);
  out.commit(static_cast<std::size_t>(end - first));
}

void detach(const response_head& head) noexcept {
  detached_head& to = *head.detached;
  to.status = head.status;
  to.omit_body = head.omit_body;
  to.fields.resize(head_bytes_max(head));
  const char* const end = put_fields(to.fields.data(), head);
  to.fields.resize(static_cast<std::size_t>(end - to.fields.data()));
}

open_response begin_response(send_buffer& out, const response_head& head,
                             std::size_t body_bytes_expected) noexcept {
  open_response open;
  open.begin = out.size();
  open.omit_body = head.omit_body;
  if (head.detached != nullptr) [[unlikely]] {
    detach(head);
    open.detached = head.detached;
    open.body_at = open.begin;
    return open;
  }
  append_status_line(out, head.status);
  char* const first = out.reserve(head_bytes_max(head));
  char* at = put_fields(first, head);
  at = put_connection(at, head.connection);
  at = put(at, "Content-Length: ");
  char* const length = at;
  at = put(at + digits_of(body_bytes_expected), length_end);
  out.commit(static_cast<std::size_t>(at - first));
  open.length_at = out.size() - static_cast<std::size_t>(at - length);
  open.body_at = out.size();
  return open;
}

void finish_response(send_buffer& out, const open_response& open) noexcept {
  const std::size_t body_bytes = out.size() - open.body_at;
  if (open.detached != nullptr) [[unlikely]] {
    open.detached->fields.append("Content-Length: ")
        .append(std::to_string(body_bytes))
        .append("\r\n");
    if (open.omit_body) out.truncate(open.begin);
    return;
  }
  const std::size_t room = open.body_at - open.length_at - length_end.size();
  const unsigned digits = digits_of(body_bytes);
  if (digits != room) {
    out.shift(open.length_at,
              static_cast<std::ptrdiff_t>(digits) - static_cast<std::ptrdiff_t>(room));
  }
  char* const at = out.data() + open.length_at;
  std::to_chars(at, at + digits, body_bytes);
  if (open.omit_body) out.truncate(open.length_at + digits + length_end.size());
}

void write_response(send_buffer& out, const response_head& head, std::string_view body) noexcept {
  const open_response open = begin_response(out, head, body.size());
  out.append(body);
  finish_response(out, open);
}

}  // namespace millrace::http
