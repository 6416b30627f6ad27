#include "peers/resp.hpp"

#include <charconv>
#include <stdexcept>

namespace millrace::perf::resp {

namespace {

long number_of(std::string_view line) {
  long value = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (error != std::errc{} || end != line.data() + line.size()) {
    throw std::runtime_error("redis: no number: " + std::string(line));
  }
  return value;
}

}  // namespace

std::string command(const std::vector<std::string_view>& words) {
  std::string text = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string_view word : words) {
    text.append("$").append(std::to_string(word.size())).append("\r\n");
    text.append(word).append("\r\n");
  }
  return text;
}

bool reader::line(std::string_view& into) {
  const std::size_t end = bytes_.find("\r\n", at_);
  if (end == bytes_.npos) return false;
  into = bytes_.substr(at_ + 1, end - at_ - 1);
  if (bytes_[at_] == '-') throw std::runtime_error("redis: " + std::string(into));
  at_ = end + 2;
  return true;
}

bool reader::skip() {
  if (at_ >= bytes_.size()) return false;
  const char type = bytes_[at_];
  std::string_view head;
  if (!line(head)) return false;
  if (type == '+' || type == ':') return true;
  const long count = number_of(head);
  if (type == '$') {
    if (count < 0) return true;
    at_ += static_cast<std::size_t>(count) + 2;
    return at_ <= bytes_.size();
  }
  if (type != '*') throw std::runtime_error("redis: an answer that is none");
  for (long i = 0; i < count; ++i) {
    if (!skip()) return false;
  }
  return true;
}

long reader::array() {
  std::string_view head;
  if (at_ >= bytes_.size() || bytes_[at_] != '*' || !line(head)) {
    throw std::runtime_error("redis: no array");
  }
  return number_of(head);
}

std::string_view reader::text() {
  std::string_view head;
  if (at_ >= bytes_.size() || bytes_[at_] != '$' || !line(head)) {
    throw std::runtime_error("redis: no string");
  }
  const long count = number_of(head);
  if (count < 0) throw std::runtime_error("redis: nothing there");
  const auto size = static_cast<std::size_t>(count);
  const std::string_view found = bytes_.substr(at_, size);
  at_ += size + 2;
  return found;
}

std::size_t value_bytes(std::string_view bytes) {
  reader at(bytes);
  return at.skip() ? at.position() : 0;
}

}  // namespace millrace::perf::resp
