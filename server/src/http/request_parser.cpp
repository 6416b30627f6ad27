// The line machine of request_parser: request line and field lines. What the lines mean together
// is in request_head.cpp, bodies are in request_body.cpp.
//
// Two rules keep the outcome independent of how the bytes were cut: a line is judged only when
// its LF is here (or its limit is passed), and a limit is looked at before the line's content.
#include "http/request_parser.hpp"

#include <algorithm>
#include <cstring>

#include "http/scan.hpp"

namespace millrace::http {

request_parser::request_parser(const limits& l) noexcept : limits_(l) {
  limits_.head_bytes = std::min<std::uint32_t>(limits_.head_bytes, 65535);
  limits_.request_line_bytes = std::min(limits_.request_line_bytes, limits_.head_bytes);
  limits_.header_count = std::min<std::uint32_t>(limits_.header_count, header_count_max);
}

parse_status request_parser::refuse(std::uint16_t status, std::string_view why) noexcept {
  stage_ = stage::failed;
  failure_ = {status, why};
  return parse_status::failed;
}

/// Refuses a line that ends at (or has already reached) `line_end` when its limit is passed.
bool request_parser::past_limit(std::size_t line_end) noexcept {
  switch (stage_) {
    case stage::start:
      if (line_end > start_ + limits_.request_line_bytes) {
        refuse(414, "the request line is too long");
        return true;
      }
      [[fallthrough]];
    case stage::fields:
      if (line_end <= limits_.head_bytes) return false;
      refuse(431, "the header section is too large");
      return true;
    case stage::chunk_size:
      if (line_end <= pos_ + limits_.chunk_line_bytes) return false;
      refuse(400, "a chunk-size line is too long");
      return true;
    case stage::trailer:
      if (line_end - pos_ + chunk_overhead_ <= limits_.chunk_overhead_bytes) return false;
      refuse(431, "the trailer section is too large");
      return true;
    default: return false;
  }
}

/// The line at pos_ is not acceptable as far as it is here: too long, incomplete, or wrong.
request_parser::line_status request_parser::cannot_accept(const receive_buffer& in,
                                                          std::uint16_t status,
                                                          std::string_view why) noexcept {
  const char* from = in.data() + pos_;
  const std::size_t left = in.size() - pos_;
  const void* lf = left == 0 ? nullptr : std::memchr(from, '\n', left);
  const std::size_t length =
      lf == nullptr ? left : static_cast<std::size_t>(static_cast<const char*>(lf) - from) + 1;
  if (past_limit(pos_ + length)) return line_status::failed;
  if (lf == nullptr) {
    resumed_ = true;
    scanned_ = in.size();
    return line_status::incomplete;
  }
  refuse(status, why);
  return line_status::failed;
}

/// False while a line that was incomplete before still has no LF; looks at new bytes only.
bool request_parser::line_may_be_whole(const receive_buffer& in) noexcept {
  if (!resumed_) return true;
  const std::size_t fresh = in.size() - scanned_;
  if (fresh == 0) return false;
  if (std::memchr(in.data() + scanned_, '\n', fresh) != nullptr) {
    resumed_ = false;
    return true;
  }
  scanned_ = in.size();
  return false;
}

parse_status request_parser::parse_head(receive_buffer& in) noexcept {
  if (!line_may_be_whole(in)) {
    return past_limit(in.size()) ? parse_status::failed : parse_status::need_more;
  }
  line_status taken = line_status::ok;
  while (taken == line_status::ok && stage_ == stage::start) taken = take_start_line(in);
  while (taken == line_status::ok && stage_ == stage::fields) taken = take_field(in);
  if (taken == line_status::incomplete) return parse_status::need_more;
  return taken == line_status::failed ? parse_status::failed : parse_status::head;
}

request_parser::line_status request_parser::take_start_line(const receive_buffer& in) noexcept {
  const char* const base = in.data();
  const char* const end = base + in.size();
  const char* at = base + pos_;
  if (at == end) return line_status::incomplete;
  if (*at == '\r' && start_ < 2) {  // RFC 9112 2.2: an empty line or so before a request
    if (end - at < 2 || at[1] != '\n') return cannot_accept(in, 400, "a stray carriage return");
    pos_ += 2;
    start_ = pos_;
    return line_status::ok;
  }
  if (!is_token_char(*at)) {  // told at once: what follows may never hold a line feed
    refuse(400, "this is not an HTTP/1.1 request");
    return line_status::failed;
  }
  const char* const method_end =
      std::find_if_not(at, std::min(end, at + 32), [](char c) { return is_token_char(c); });
  if (method_end == end || *method_end != ' ') {
    return cannot_accept(in, 400, "the method is malformed");
  }
  const char* const target = method_end + 1;
  const char* const target_end =
      std::find_if_not(target, end, [](char c) { return is_target_char(c); });
  if (target_end == end || *target_end != ' ' || target_end == target) {
    return cannot_accept(in, 400, "the request target is malformed");
  }
  const line_status taken = take_version(in, target_end + 1);
  if (taken != line_status::ok) return taken;
  start_ = static_cast<std::size_t>(at - base);
  method_ = {start_, static_cast<std::size_t>(method_end - at)};
  target_ = {static_cast<std::size_t>(target - base),
             static_cast<std::size_t>(target_end - target)};
  stage_ = stage::fields;
  return line_status::ok;
}

request_parser::line_status request_parser::take_version(const receive_buffer& in,
                                                         const char* at) noexcept {
  const char* const end = in.data() + in.size();
  constexpr std::string_view version_1_1 = "HTTP/1.1\r\n";
  if (static_cast<std::size_t>(end - at) < version_1_1.size() || std::memcmp(at, "HTTP/", 5) != 0 ||
      !is_digit(at[5]) || at[6] != '.' || !is_digit(at[7]) || at[8] != '\r' || at[9] != '\n') {
    return cannot_accept(in, 400, "the request line does not end in a protocol version");
  }
  if (at[5] != '1' || at[7] > '1') {
    return cannot_accept(in, 505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  }
  const std::size_t line_end = static_cast<std::size_t>(at - in.data()) + version_1_1.size();
  if (past_limit(line_end)) return line_status::failed;
  request_.http_1_0 = at[7] == '0';
  pos_ = line_end;
  return line_status::ok;
}

/// The field line at pos_, checked and measured; moves pos_ behind it.
request_parser::line_status request_parser::scan_field(const receive_buffer& in,
                                                       field& f) noexcept {
  const char* const base = in.data();
  const char* const end = base + in.size();
  const char* const name = base + pos_;
  const char* const at = find_colon(name, end);
  const auto name_size = static_cast<std::size_t>(at - name);
  if (at == end || *at != ':' || name_size == 0 || name_size > 255) {
    return cannot_accept(in, 400, "a field name is malformed");
  }
  f.id = recognise(name, name_size);
  if (f.id == field_name::other && !std::all_of(name, at, is_token_char)) {
    return cannot_accept(in, 400, "a field name holds a character that names do not have");
  }
  const char* value = at + 1;
  while (value < end && (*value == ' ' || *value == '\t')) ++value;
  const char* const line_end = find_control(value, end);
  if (end - line_end < 2 || line_end[0] != '\r' || line_end[1] != '\n') {
    return cannot_accept(in, 400, "a field value holds a control character");
  }
  const std::size_t next = static_cast<std::size_t>(line_end - base) + 2;
  if (past_limit(next)) return line_status::failed;
  const char* value_end = line_end;
  while (value_end > value && (value_end[-1] == ' ' || value_end[-1] == '\t')) --value_end;
  f.name_size = static_cast<std::uint8_t>(name_size);
  f.name = static_cast<std::uint16_t>(pos_);
  f.value = static_cast<std::uint16_t>(value - base);
  f.value_size = static_cast<std::uint16_t>(value_end - value);
  pos_ = next;
  return line_status::ok;
}

request_parser::line_status request_parser::take_field(const receive_buffer& in) noexcept {
  const char* const at = in.data() + pos_;
  const std::size_t left = in.size() - pos_;
  if (left >= 2 && at[0] == '\r' && at[1] == '\n') {
    if (past_limit(pos_ + 2)) return line_status::failed;
    pos_ += 2;
    return finish_head(in);
  }
  field f{};
  const line_status scanned = scan_field(in, f);
  if (scanned != line_status::ok) return scanned;
  if (fields_.size() == limits_.header_count) {
    refuse(431, "there are too many header fields");
    return line_status::failed;
  }
  if (fields_.capacity() == 0) fields_.reserve(8);
  fields_.push_back(f);
  std::uint8_t& slot = request_.slots[static_cast<std::size_t>(f.id)];
  if (slot == 0) {
    slot = f.id == field_name::other ? 0 : static_cast<std::uint8_t>(fields_.size());
  } else if (once_only(f.id)) {
    refuse(400, "a header field that may come once came twice");
    return line_status::failed;
  }
  return line_status::ok;
}

request_parser::line_status request_parser::take_trailer(const receive_buffer& in) noexcept {
  const char* const at = in.data() + pos_;
  if (in.size() - pos_ >= 2 && at[0] == '\r' && at[1] == '\n') {
    if (past_limit(pos_ + 2)) return line_status::failed;
    pos_ += 2;
    stage_ = stage::done;
    return line_status::ok;
  }
  const std::size_t from = pos_;
  field f{};
  const line_status scanned = scan_field(in, f);
  if (scanned != line_status::ok) return scanned;
  chunk_overhead_ += pos_ - from;
  if (once_only(f.id) || f.id == field_name::transfer_encoding) {  // RFC 9110 6.5.1
    refuse(400, "a field that is not allowed in a trailer");
    return line_status::failed;
  }
  return line_status::ok;
}

}  // namespace millrace::http
