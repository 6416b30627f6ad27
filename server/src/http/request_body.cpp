// Bodies: the announced kind, which only has to arrive, and the chunked kind, which is decoded in
// place (RFC 9112 section 7.1): data moves down onto the body's end, so the body stays contiguous
// and the buffer never holds more than the decoded bytes and one read.
#include <algorithm>
#include <cstring>

#include "http/request_parser.hpp"
#include "http/scan.hpp"

namespace millrace::http {
namespace {

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

parse_status request_parser::parse(receive_buffer& in) noexcept {
  if (stage_ == stage::failed) return parse_status::failed;
  if (stage_ == stage::start || stage_ == stage::fields) {
    const parse_status head = parse_head(in);
    if (head != parse_status::head) return head;
  }
  if (stage_ == stage::body) return parse_body(in);
  if (stage_ != stage::done) return parse_chunks(in);
  point(in);
  return parse_status::complete;
}

parse_status request_parser::parse_body(receive_buffer& in) noexcept {
  if (in.size() - body_ < body_size_) return pause(in);
  pos_ = body_ + static_cast<std::size_t>(body_size_);
  stage_ = stage::done;
  point(in);
  return parse_status::complete;
}

/// The body is not all here: closes the gap that chunk framing left, tells `head` once.
parse_status request_parser::pause(receive_buffer& in) noexcept {
  if (request_.chunked) {
    const std::size_t body_end = body_ + static_cast<std::size_t>(body_size_);
    if (pos_ > body_end) {
      in.cut(body_end, pos_);
      scanned_ -= std::min(scanned_, pos_ - body_end);
      pos_ = body_end;
    }
  }
  if (head_told_) return parse_status::need_more;
  head_told_ = true;
  point(in);
  return parse_status::head;
}

parse_status request_parser::parse_chunks(receive_buffer& in) noexcept {
  if (!line_may_be_whole(in)) return past_limit(in.size()) ? parse_status::failed : pause(in);
  while (stage_ != stage::done) {
    line_status taken = line_status::ok;
    switch (stage_) {
      case stage::chunk_size: taken = take_chunk_size(in); break;
      case stage::chunk_data:
        take_chunk_data(in);
        if (stage_ == stage::chunk_data) return pause(in);
        break;
      case stage::chunk_end: taken = take_chunk_end(in); break;
      default: taken = take_trailer(in); break;
    }
    if (taken == line_status::failed) return parse_status::failed;
    if (taken == line_status::incomplete) return pause(in);
  }
  point(in);
  return parse_status::complete;
}

/// chunk-size [ ";" extensions ] CRLF. No sign, prefix, space or bare LF; at most 15 digits.
request_parser::line_status request_parser::take_chunk_size(const receive_buffer& in) noexcept {
  const char* const base = in.data();
  const char* const end = base + in.size();
  const char* const first = base + pos_;
  const char* at = first;
  std::uint64_t size = 0;
  for (; at < end && hex_value(*at) >= 0 && at - first < 16; ++at) {
    size = size * 16 + static_cast<std::uint64_t>(hex_value(*at));
  }
  if (at == first || at - first > 15 || at >= end || (*at != '\r' && *at != ';')) {
    return cannot_accept(in, 400, "a chunk size is malformed");
  }
  const char* const line_end = *at == ';' ? find_control(at, end) : at;
  if (end - line_end < 2 || line_end[0] != '\r' || line_end[1] != '\n') {
    return cannot_accept(in, 400, "a chunk-size line is malformed");
  }
  const std::size_t next = static_cast<std::size_t>(line_end - base) + 2;
  if (past_limit(next)) return line_status::failed;
  chunk_overhead_ += static_cast<std::size_t>(line_end - at);
  if (chunk_overhead_ > limits_.chunk_overhead_bytes) {
    refuse(431, "the chunk extensions are too large");
    return line_status::failed;
  }
  if (size > limits_.body_bytes - body_size_) {
    refuse(413, "the body is larger than this server takes");
    return line_status::failed;
  }
  pos_ = next;
  chunk_left_ = size;
  stage_ = size == 0 ? stage::trailer : stage::chunk_data;
  return line_status::ok;
}

void request_parser::take_chunk_data(receive_buffer& in) noexcept {
  const auto count =
      static_cast<std::size_t>(std::min<std::uint64_t>(in.size() - pos_, chunk_left_));
  char* const body_end = in.data() + body_ + body_size_;
  std::memmove(body_end, in.data() + pos_, count);
  body_size_ += count;
  chunk_left_ -= count;
  pos_ += count;
  if (chunk_left_ == 0) stage_ = stage::chunk_end;
}

request_parser::line_status request_parser::take_chunk_end(const receive_buffer& in) noexcept {
  const std::string_view here = in.view().substr(pos_, 2);
  if (here != std::string_view("\r\n").substr(0, here.size())) {
    refuse(400, "chunk data does not end where its size says");
    return line_status::failed;
  }
  if (here.size() < 2) return line_status::incomplete;
  pos_ += 2;
  stage_ = stage::chunk_size;
  return line_status::ok;
}

std::size_t request_parser::wanted(const receive_buffer& in) const noexcept {
  constexpr std::size_t read_bytes = receive_buffer::page_bytes;
  if (stage_ != stage::body) return read_bytes;
  const std::uint64_t missing = body_size_ - std::min<std::uint64_t>(body_size_, in.size() - body_);
  const std::size_t grown = std::max<std::size_t>(in.size(), read_bytes);
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(std::max<std::uint64_t>(missing, 1), grown));
}

void request_parser::next(receive_buffer& in) noexcept {
  in.consume(pos_);
  stage_ = stage::start;
  resumed_ = head_told_ = false;
  pos_ = scanned_ = start_ = body_ = chunk_overhead_ = 0;
  body_size_ = chunk_left_ = 0;
  request_ = {};
  fields_.clear();
}

}  // namespace millrace::http
