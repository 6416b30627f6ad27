// Runs a byte stream through a request_parser in pieces of given sizes and writes down what came
// out, in the notation of request_cases.hpp. Messages and errors are all that it looks at, so two
// ways of cutting one stream can be compared.
#pragma once

#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "http/request_parser.hpp"
#include "request_cases.hpp"

namespace millrace::http::test {

inline limits case_limits() {
  limits l;
  l.head_bytes = head_bytes;
  l.request_line_bytes = request_line_bytes;
  l.header_count = header_count;
  l.body_bytes = body_bytes;
  return l;
}

inline std::string describe(const request& r) {
  std::string text(r.method_name);
  for (const std::string_view part :
       {std::string_view(" "), r.path, std::string_view(" "), r.body, std::string_view(";")}) {
    text += part;
  }
  return text;
}

/// Takes what is in the buffer; false when the stream was refused.
inline bool take_messages(request_parser& parser, receive_buffer& in, std::string& outcome) {
  while (true) {
    switch (parser.parse(in)) {
      case parse_status::head: break;
      case parse_status::need_more: return true;
      case parse_status::complete:
        outcome += describe(parser.message());
        parser.next(in);
        break;
      case parse_status::failed:
        outcome += '!';
        outcome += std::to_string(parser.failure().status);
        return false;
    }
  }
}

/// `next_size(left)` says how many bytes the next read brings, 1..left.
inline std::string feed(std::string_view bytes,
                        const std::function<std::size_t(std::size_t)>& next_size,
                        const limits& l = case_limits()) {
  request_parser parser(l);
  receive_buffer in({.initial = 64, .max = receive_bytes_max(l)});
  std::string outcome;
  while (!bytes.empty()) {
    const std::size_t size = next_size(bytes.size());
    const std::span<char> room = in.prepare(size);
    if (room.empty()) return outcome += "out of room";
    std::memcpy(room.data(), bytes.data(), size);
    in.commit(size);
    bytes.remove_prefix(size);
    if (!take_messages(parser, in, outcome)) return outcome;
  }
  return parser.idle(in) ? outcome : outcome += "...";
}

inline std::string feed_whole(std::string_view bytes, const limits& l = case_limits()) {
  return feed(
      bytes, [](std::size_t left) { return left; }, l);
}

}  // namespace millrace::http::test
