// RESP: a command is an array of strings, the answer of LPUSH a number.

#include <stdexcept>

#include "peers/peer_protocol.hpp"

namespace millrace::perf {

namespace {

void append_string(std::string& to, std::string_view text) {
  to.append("$").append(std::to_string(text.size())).append("\r\n").append(text).append("\r\n");
}

class redis final : public peer_protocol {
 public:
  explicit redis(std::size_t body_bytes) {
    request_ = "*3\r\n";
    append_string(request_, "LPUSH");
    append_string(request_, "millrace-load");
    append_string(request_, std::string(body_bytes, 'x'));
  }

  void greet(int) override {}
  [[nodiscard]] std::string_view request() const noexcept override { return request_; }

  [[nodiscard]] std::size_t answer_bytes(std::string_view bytes) const override {
    const std::size_t end = bytes.find("\r\n");
    if (end == bytes.npos) return 0;
    if (bytes.front() != ':')
      throw std::runtime_error("redis: " + std::string(bytes.substr(0, end)));
    return end + 2;
  }

 private:
  std::string request_;
};

}  // namespace

std::unique_ptr<peer_protocol> redis_protocol(std::size_t body_bytes) {
  return std::make_unique<redis>(body_bytes);
}

}  // namespace millrace::perf
