// What the lines of a request's head mean together: target and Host, how the body is framed,
// whether the connection lives on. RFC 9112 sections 3.2, 6 and 9.3; RFC 9110 section 7.2.
#include <algorithm>
#include <initializer_list>

#include "http/request_parser.hpp"
#include "http/request_target.hpp"
#include "http/scan.hpp"

namespace millrace::http {
namespace {

/// Calls `each` with every element of a comma-separated list, trimmed, empty ones too.
template <class Each>
void for_each_element(std::string_view list, Each each) {
  while (true) {
    const std::size_t comma = list.find(',');
    each(trim(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

/// Makes every view of request_ point into the buffer where it now is.
void request_parser::point(const receive_buffer& in) noexcept {
  const char* const base = in.data();
  const auto moved = [&](std::string_view& view) {
    view = {base + (view.data() - request_.base), view.size()};
  };
  if (request_.base != base) {
    for (std::string_view* view : {&request_.method_name, &request_.target, &request_.path,
                                   &request_.query, &request_.host}) {
      if (view->data() != nullptr && !view->empty()) moved(*view);
    }
    request_.base = base;
  }
  if (stage_ == stage::done) {
    request_.body = {base + body_, static_cast<std::size_t>(body_size_)};
    request_.content_length = body_size_;
  }
}

request_parser::line_status request_parser::finish_head(const receive_buffer& in) noexcept {
  const char* const base = in.data();
  request_.base = base;
  request_.fields = fields_;
  request_.method_name = {base + method_.at, method_.size};
  request_.target = {base + target_.at, target_.size};
  request_.method = method_of(request_.method_name);
  body_ = pos_;
  if (!check_target() || !check_host() || !check_framing() || !check_connection()) {
    return line_status::failed;
  }
  return line_status::ok;
}

/// Splits the target; request_.host becomes the authority of an absolute one.
bool request_parser::check_target() noexcept {
  std::string_view target = request_.target;
  if (request_.method_name == "CONNECT") {
    refuse(501, "CONNECT is not served");
    return false;
  }
  if (target == "*") {
    request_.path = target;
    if (request_.method == method::options) return true;
    refuse(400, "the target * belongs to OPTIONS");
    return false;
  }
  if (target.front() != '/') {
    const std::size_t scheme_end = target.find("://");
    const std::string_view scheme = target.substr(0, std::min(scheme_end, target.size()));
    if (!same_ignoring_case(scheme, "http") && !same_ignoring_case(scheme, "https")) {
      refuse(400, "the request target is neither a path nor an http address");
      return false;
    }
    target.remove_prefix(scheme_end + 3);
    const std::size_t authority_end = std::min(target.find_first_of("/?"), target.size());
    request_.host = target.substr(0, authority_end);
    if (!is_host(request_.host)) {
      refuse(400, "the request target names no valid host");
      return false;
    }
    target.remove_prefix(authority_end);
  }
  const std::size_t mark = std::min(target.find('?'), target.size());
  // An absolute target without a path means "/": the last byte of "://" is one to point at.
  request_.path =
      mark == 0 ? request_.target.substr(request_.target.find("//"), 1) : target.substr(0, mark);
  request_.query = mark < target.size() ? target.substr(mark + 1) : std::string_view{};
  return true;
}

bool request_parser::check_host() noexcept {
  if (!request_.has(field_name::host)) {
    if (request_.http_1_0) return true;
    refuse(400, "HTTP/1.1 needs a Host field");
    return false;
  }
  const std::string_view value = request_.header(field_name::host);
  if (!is_host(value)) {
    refuse(400, "the Host field names no valid host");
    return false;
  }
  if (!request_.host.empty() && !same_ignoring_case(request_.host, value)) {
    refuse(400, "the Host field and the request target name different hosts");
    return false;
  }
  request_.host = value;
  return true;
}

bool request_parser::check_content_length() noexcept {
  const std::string_view text = request_.header(field_name::content_length);
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), is_digit) &&
                     (text.size() == 1 || text.front() != '0');  // 0123: octal to some
  if (!plain) {
    refuse(400, "Content-Length is not a decimal number");
    return false;
  }
  std::uint64_t length = 0;
  for (const char digit : text) {
    if (length > limits_.body_bytes) break;
    length = length * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  if (length > limits_.body_bytes) {
    refuse(413, "the body is larger than this server takes");
    return false;
  }
  request_.content_length = body_size_ = length;
  return true;
}

bool request_parser::check_framing() noexcept {
  const bool has_length = request_.has(field_name::content_length);
  stage_ = stage::done;
  if (request_.has(field_name::transfer_encoding)) {
    if (has_length) {
      refuse(400, "Content-Length and Transfer-Encoding exclude each other");
      return false;
    }
    if (!check_transfer_encoding()) return false;
    request_.chunked = true;
    stage_ = stage::chunk_size;
  } else if (has_length) {
    if (!check_content_length()) return false;
    if (body_size_ != 0) stage_ = stage::body;
  }
  if (!request_.has(field_name::expect)) return true;
  if (!same_ignoring_case(request_.header(field_name::expect), "100-continue")) {
    refuse(417, "this expectation cannot be met");
    return false;
  }
  request_.expects_continue = !request_.http_1_0 && stage_ != stage::done;
  return true;
}

/// All lines of the field together are one list; nothing but a single "chunked" is served.
bool request_parser::check_transfer_encoding() noexcept {
  unsigned elements = 0;
  unsigned chunked = 0;
  bool chunked_last = false;
  bool malformed = request_.http_1_0;  // RFC 9112 6.1: faulty framing
  for (const field& f : request_.fields) {
    if (f.id != field_name::transfer_encoding) continue;
    for_each_element(request_.value_of(f), [&](std::string_view coding) {
      ++elements;
      malformed =
          malformed || coding.empty() || !std::all_of(coding.begin(), coding.end(), is_token_char);
      chunked_last = same_ignoring_case(coding, "chunked");
      chunked += chunked_last ? 1 : 0;
    });
  }
  if (malformed || chunked > 1 || (chunked == 1 && !chunked_last)) {
    refuse(400, "Transfer-Encoding is malformed");
  } else if (elements > chunked) {
    refuse(501, "the only transfer coding served is chunked");
  }
  return stage_ != stage::failed;
}

bool request_parser::check_connection() noexcept {
  bool close = false;
  bool keep = false;
  if (request_.has(field_name::connection)) {
    for (const field& f : request_.fields) {
      if (f.id != field_name::connection) continue;
      for_each_element(request_.value_of(f), [&](std::string_view option) {
        close = close || same_ignoring_case(option, "close");
        keep = keep || same_ignoring_case(option, "keep-alive");
      });
    }
  }
  request_.keep_alive = !close && (!request_.http_1_0 || keep);
  return true;
}

}  // namespace millrace::http
