// Strings end at an unescaped quote; everything between strings is looked at character by
// character.

#include "load/json_members.hpp"

#include <cstring>

namespace millrace::perf {

std::string_view json_members::take_string() noexcept {
  rest_.remove_prefix(1);
  std::size_t from = 0;
  for (;;) {
    const auto* quote =
        static_cast<const char*>(std::memchr(rest_.data() + from, '"', rest_.size() - from));
    if (quote == nullptr) {
      const std::string_view all = rest_;
      rest_ = {};
      return all;
    }
    const auto at = static_cast<std::size_t>(quote - rest_.data());
    std::size_t backslashes = 0;
    while (backslashes < at && rest_[at - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) {
      const std::string_view text = rest_.substr(0, at);
      rest_.remove_prefix(at + 1);
      return text;
    }
    from = at + 1;
  }
}

char json_members::peek() noexcept {
  while (!rest_.empty()) {
    const char c = rest_.front();
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return c;
    rest_.remove_prefix(1);
  }
  return '\0';
}

json_members::event json_members::next() noexcept {
  while (!rest_.empty()) {
    const char c = rest_.front();
    if (c == '}') {
      rest_.remove_prefix(1);
      return event::object_end;
    }
    if (c != '"') {
      rest_.remove_prefix(1);
      continue;
    }
    const std::string_view first = take_string();
    if (peek() != ':') continue;  // an element of an array
    rest_.remove_prefix(1);
    if (peek() != '"') continue;  // a member that is not a string
    key_ = first;
    value_ = take_string();
    return event::string_member;
  }
  return event::end;
}

std::string_view find_string(std::string_view text, std::string_view name) noexcept {
  json_members members(text);
  for (;;) {
    const auto event = members.next();
    if (event == json_members::event::end) return {};
    if (event == json_members::event::string_member && members.key() == name) {
      return members.value();
    }
  }
}

std::size_t count_members(std::string_view text, std::string_view name) noexcept {
  std::size_t count = 0;
  json_members members(text);
  for (auto event = members.next(); event != json_members::event::end; event = members.next()) {
    count += event == json_members::event::string_member && members.key() == name;
  }
  return count;
}

}  // namespace millrace::perf
