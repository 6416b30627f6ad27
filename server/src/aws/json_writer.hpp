// Appends a response's JSON straight to a send_buffer, with names from the service's rows: no
// text of a name is ever formatted, commas come by themselves. The caller keeps the order
//
//   begin_structure (member value)* end_structure,  begin_list value* end_list,
//   begin_map (key value)* end_map
//
// and passes valid UTF-8. One writer a response; it keeps a pointer and a flag.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "aws/model.hpp"
#include "http/send_buffer.hpp"

namespace millrace::aws {

class json_writer {
 public:
  json_writer(http::send_buffer& out, const service_model& model) noexcept
      : out_(out), model_(model) {}

  void begin_structure() noexcept { open('{'); }
  void end_structure() noexcept { close('}'); }
  void begin_list() noexcept { open('['); }
  void end_list() noexcept { close(']'); }
  void begin_map() noexcept { open('{'); }
  void end_map() noexcept { close('}'); }

  /// The name of the member whose value comes next.
  void member(member_id id) noexcept {
    const std::string_view key = model_.member(id).json_key;
    char* const at = out_.reserve(key.size() + 1);
    *at = ',';
    std::memcpy(at + (comma_ ? 1 : 0), key.data(), key.size());
    out_.commit(key.size() + (comma_ ? 1 : 0));
    comma_ = false;
  }
  /// The key of the map entry whose value comes next.
  void key(std::string_view text) noexcept;

  void text(std::string_view utf8) noexcept;
  void blob(std::string_view bytes) noexcept;
  void integer(std::int64_t number) noexcept;
  void real(double number) noexcept;
  void boolean(bool truth) noexcept;
  void null() noexcept;
  /// Milliseconds since 1970, written as seconds.
  void timestamp(std::int64_t ms) noexcept;

  void text(member_id id, std::string_view utf8) noexcept {
    member(id);
    text(utf8);
  }
  /// A member and its text, which has nothing to escape: an id, a number, hexadecimal digits.
  void token(member_id id, std::string_view plain) noexcept {
    const std::string_view key = model_.member(id).json_key;
    char* const first = out_.reserve(key.size() + plain.size() + 3);
    char* to = first;
    *to = ',';
    to += comma_ ? 1 : 0;
    std::memcpy(to, key.data(), key.size());
    to += key.size();
    *to++ = '"';
    std::memcpy(to, plain.data(), plain.size());
    to += plain.size();
    *to++ = '"';
    out_.commit(static_cast<std::size_t>(to - first));
    comma_ = true;
  }
  void blob(member_id id, std::string_view bytes) noexcept {
    member(id);
    blob(bytes);
  }
  void integer(member_id id, std::int64_t number) noexcept {
    member(id);
    integer(number);
  }
  void boolean(member_id id, bool truth) noexcept {
    member(id);
    boolean(truth);
  }

 private:
  void open(char bracket) noexcept;
  void close(char bracket) noexcept;
  void separate() noexcept;

  http::send_buffer& out_;
  const service_model& model_;
  bool comma_ = false;  // a value stands before the next thing
};

/// `utf8` as a JSON string with its quotes.
void append_json_string(http::send_buffer& out, std::string_view utf8) noexcept;

}  // namespace millrace::aws
