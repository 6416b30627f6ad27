// A request of HTTP/2 from its fields and its body.
#include <algorithm>
#include <cstring>

#include "http/http2_session.hpp"
#include "http/request_target.hpp"
#include "http/scan.hpp"

namespace millrace::http {
namespace {

constexpr std::size_t text_padding = 32;  // recognise() reads past a name

}  // namespace

/// Back to what a fresh stream is, keeping memory of usual size.
void http2_stream::reset() noexcept {
  head.status = 0;
  head.fields.clear();
  out.consume(out.size());
  out.shrink();
  owner = nullptr;
  stage_ = stage::head;
  wrong_ = 0;
  answered_ = submitted_ = waits_ = false;
  offered_bytes_ = 0;
  text_.clear();
  method_ = path_ = authority_ = {};
  fields_.clear();
  body_.consume(body_.size());
  body_.shrink();
  message_ = request{};
}

/// A field of the head. False: the head is so much too large that its sender means no good.
bool http2_stream::add(std::string_view name, std::string_view value, const limits& l) {
  constexpr std::size_t excess_max = 8;
  offered_bytes_ += name.size() + value.size();
  if (offered_bytes_ > l.head_bytes * excess_max) return false;
  if (offered_bytes_ > l.head_bytes || fields_.size() == l.header_count || name.size() > 255) {
    wrong_ = 431;
  }
  if (wrong_ != 0) return true;
  const piece named{static_cast<std::uint16_t>(text_.size()),
                    static_cast<std::uint16_t>(name.size())};
  text_.append(name);
  const piece valued{static_cast<std::uint16_t>(text_.size()),
                     static_cast<std::uint16_t>(value.size())};
  text_.append(value);
  if (name.front() == ':') {
    add_pseudo(name, valued);
  } else {
    add_field(named, valued);
  }
  return true;
}

void http2_stream::add_pseudo(std::string_view name, piece value) noexcept {
  if (name == ":method") method_ = value;
  if (name == ":path") path_ = value;
  if (name == ":authority") authority_ = value;
}

void http2_stream::add_field(piece name, piece value) {
  field f{};
  f.name = name.at;
  f.name_size = static_cast<std::uint8_t>(name.size);
  f.value = value.at;
  f.value_size = value.size;
  text_.append(text_padding, '\0');
  f.id = recognise(text_.data() + name.at, name.size);
  text_.resize(text_.size() - text_padding);
  fields_.push_back(f);
  std::uint8_t& slot = message_.slots[static_cast<std::size_t>(f.id)];
  if (slot == 0) {
    slot = f.id == field_name::other ? 0 : static_cast<std::uint8_t>(fields_.size());
  } else if (once_only(f.id)) {
    wrong_ = 400;
  }
}

/// Makes the views of message_ point to where the bytes are now.
void http2_stream::point() noexcept {
  const auto view = [this](piece p) { return std::string_view(text_).substr(p.at, p.size); };
  message_.base = text_.data();
  message_.fields = fields_;
  message_.method_name = view(method_);
  message_.target = view(path_);
  const std::size_t mark = std::min<std::size_t>(message_.target.find('?'), path_.size);
  message_.path = message_.target.substr(0, mark);
  message_.query = message_.target.substr(std::min<std::size_t>(mark + 1, path_.size));
  message_.host = authority_.size != 0 ? view(authority_) : message_.header(field_name::host);
  message_.body = body_.view();
  message_.content_length = body_.size();
}

/// All fields have come. 0, or the status to refuse the request with.
std::uint16_t http2_stream::finish_head() {
  text_.append(text_padding, '\0');
  point();
  if (wrong_ != 0) return wrong_;
  message_.method = method_of(message_.method_name);
  if (message_.method_name == "CONNECT") return 501;
  const std::string_view path = message_.path;
  const bool star = path == "*" && message_.method == method::options;
  if (!star && !path.starts_with('/')) return 400;
  if (!is_host(message_.host)) return 400;
  const std::string_view named = message_.header(field_name::host);
  if (!named.empty() && !same_ignoring_case(named, message_.host)) return 400;
  const std::string_view expected = message_.header(field_name::expect);
  message_.expects_continue = same_ignoring_case(expected, "100-continue");
  return message_.has(field_name::expect) && !message_.expects_continue ? 417 : 0;
}

/// False: there is no room for them within the limit.
bool http2_stream::add_body(std::string_view bytes) noexcept {
  const std::span<char> room = body_.prepare(bytes.size());
  if (room.size() < bytes.size()) return false;
  std::memcpy(room.data(), bytes.data(), bytes.size());
  body_.commit(bytes.size());
  return true;
}

void http2_stream::fit() noexcept {
  body_.fit();
  out.release();
  point();
}

}  // namespace millrace::http
