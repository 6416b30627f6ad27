// A publish with a subject for its acknowledgement, which is a message of JetStream's.

#include <stdexcept>
#include <vector>

#include "peers/blocking.hpp"
#include "peers/nats_connection.hpp"
#include "peers/peer_protocol.hpp"

namespace millrace::perf {

namespace {

class acknowledged_publisher final : public peer_protocol {
 public:
  acknowledged_publisher(bool in_files, std::size_t body_bytes)
      : in_files_(in_files), body_(body_bytes, 'x') {}

  void greet(int socket, std::size_t connection) override {
    nats::open(socket);
    if (connection == 0) nats::create_stream(socket, in_files_);
    const std::string answers = "answers." + std::to_string(connection);
    send_all(socket, nats::subscribe(answers, "1"));
    requests_.push_back(nats::publish(nats::subject, answers, body_));
  }

  [[nodiscard]] std::string_view request(std::size_t connection) const noexcept override {
    return requests_[connection];
  }

  [[nodiscard]] std::size_t answer_bytes(std::string_view bytes) const override {
    std::size_t passed = 0;
    for (;;) {
      const nats::received one = nats::read(bytes.substr(passed));
      if (one.bytes == 0) return 0;
      passed += one.bytes;
      if (!one.is_message) continue;
      nats::check_answer(one.payload);
      return passed;
    }
  }

 private:
  bool in_files_;
  std::string body_;
  std::vector<std::string> requests_;  ///< by connection
};

}  // namespace

std::unique_ptr<peer_protocol> nats_protocol(peer_workload what, bool in_files,
                                             std::size_t body_bytes) {
  if (what != peer_workload::append) throw std::runtime_error("nats has append only");
  return std::make_unique<acknowledged_publisher>(in_files, body_bytes);
}

}  // namespace millrace::perf
