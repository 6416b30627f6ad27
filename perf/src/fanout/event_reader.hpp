// event_reader: messages of an event stream out of bytes as they come, and the records in them.
// Checks that lengths fit and that no exception has come; leaves sums to the tests of the server.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::perf {

class event_reader {
 public:
  /// Calls each(data) with the base64 text of every record that is whole by now.
  template <class Each>
  void feed(std::string_view bytes, Each&& each) {
    held_.append(bytes);
    std::size_t at = 0;
    while (held_.size() - at >= prelude_bytes) {
      const std::size_t total = number_at(at);
      if (total < frame_bytes || total > message_bytes_max) {
        throw std::runtime_error("not a message of an event stream");
      }
      if (held_.size() - at < total) break;
      read_message(std::string_view(held_).substr(at, total), each);
      at += total;
    }
    held_.erase(0, at);
  }

 private:
  static constexpr std::size_t prelude_bytes = 12;
  static constexpr std::size_t frame_bytes = 16;
  static constexpr std::size_t message_bytes_max = std::size_t{16} << 20;

  [[nodiscard]] std::size_t number_at(std::size_t at) const {
    std::size_t n = 0;
    for (std::size_t i = 0; i < 4; ++i) n = n << 8 | static_cast<unsigned char>(held_[at + i]);
    return n;
  }

  template <class Each>
  void read_message(std::string_view message, Each&& each) {
    constexpr std::string_view name = "\"Data\":\"";
    if (message.find(":exception-type") != message.npos) {
      throw std::runtime_error("the subscription ended: " + std::string(message.substr(0, 400)));
    }
    for (std::size_t at = 0; (at = message.find(name, at)) != message.npos;) {
      at += name.size();
      const std::size_t end = message.find('"', at);
      if (end == message.npos) throw std::runtime_error("a record without an end");
      each(message.substr(at, end - at));
      at = end;
    }
  }

  std::string held_;
};

}  // namespace millrace::perf
