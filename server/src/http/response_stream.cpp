// Chunks.
#include "http/response_stream.hpp"

#include <cstring>

namespace millrace::http {
namespace {

/// A size of eight digits, zeros in front: it need not be moved when it is known.
constexpr std::string_view chunk_head = "00000000\r\n";
constexpr std::size_t chunk_digits = 8;
constexpr char hex[] = "0123456789abcdef";

}  // namespace

void begin_stream(send_buffer& out, const response_head& head) noexcept {
  if (head.detached != nullptr) return detach(head);
  append_head(out, head);
  out.append("Transfer-Encoding: chunked\r\n\r\n");
}

open_piece begin_piece(send_buffer& out, const response_head& head) noexcept {
  const open_piece open{.begin = out.size(), .chunked = head.detached == nullptr};
  if (open.chunked) out.append(chunk_head);
  return open;
}

void finish_piece(send_buffer& out, const open_piece& open) noexcept {
  if (!open.chunked) return;
  std::size_t size = out.size() - open.begin - chunk_head.size();
  if (size == 0) return out.truncate(open.begin);
  char* const digits = out.data() + open.begin;
  for (std::size_t at = chunk_digits; at-- > 0; size >>= 4) digits[at] = hex[size & 15];
  out.append("\r\n");
}

void end_stream(send_buffer& out, const response_head& head) noexcept {
  if (head.detached == nullptr) out.append("0\r\n\r\n");
}

}  // namespace millrace::http
