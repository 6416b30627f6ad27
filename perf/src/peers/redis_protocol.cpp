// LPUSH, XADD and XRANGE; the answers are a number, an id, and an array of records. A cycle moves a
// message from list to list, each step answered.

#include <stdexcept>
#include <vector>

#include "peers/blocking.hpp"
#include "peers/peer_protocol.hpp"
#include "peers/resp.hpp"

namespace millrace::perf {

namespace {

constexpr std::string_view list = "millrace-load";
constexpr std::string_view stream = "millrace-load-stream";

class redis final : public peer_protocol {
 public:
  redis(peer_workload what, std::size_t body_bytes)
      : what_(what), body_(body_bytes, 'x'), request_(make_request()) {}

  void greet(int socket, std::size_t connection) override {
    if (what_ != peer_workload::replay || connection != 0) return;
    const std::string append = append_command();
    for (std::size_t i = 0; i < replay_records; ++i) {
      send_all(socket, append);
      (void)receive_until(socket, [](std::string_view got) { return resp::value_bytes(got) != 0; });
    }
  }
  [[nodiscard]] std::string_view request(std::size_t) const noexcept override { return request_; }

  [[nodiscard]] std::size_t answer_bytes(std::string_view bytes) const override {
    const std::size_t size = resp::value_bytes(bytes);
    if (size == 0 || what_ != peer_workload::replay) return size;
    if (resp::reader(bytes).array() != static_cast<long>(replay_records)) {
      throw std::runtime_error("redis: not as many records as were asked for");
    }
    return size;
  }
  std::size_t answered(std::size_t, std::string_view) override {
    return what_ == peer_workload::replay ? replay_records : 1;
  }

 private:
  [[nodiscard]] std::string append_command() const {
    return resp::command({"XADD", stream, "*", "d", body_});
  }
  [[nodiscard]] std::string make_request() const {
    switch (what_) {
      case peer_workload::send: return resp::command({"LPUSH", list, body_});
      case peer_workload::append: return append_command();
      case peer_workload::replay:
      case peer_workload::cycle: break;
    }
    return resp::command({"XRANGE", stream, "-", "+", "COUNT", std::to_string(replay_records)});
  }

  peer_workload what_;
  std::string body_;
  std::string request_;
};

class redis_cycle final : public peer_protocol {
 public:
  explicit redis_cycle(std::size_t body_bytes)
      : body_(body_bytes, 'x'), send_(resp::command({"LPUSH", list, body_})) {}

  void greet(int, std::size_t connection) override {
    const std::string own = std::string(list) + "-" + std::to_string(connection);
    consumers_.push_back({.receive = resp::command({"LMOVE", list, own, "RIGHT", "LEFT"}),
                          .remove = resp::command({"RPOP", own})});
  }

  [[nodiscard]] std::string_view request(std::size_t connection) const noexcept override {
    const consumer& on = consumers_[connection];
    if (on.next == step::send) return send_;
    return on.next == step::receive ? on.receive : on.remove;
  }

  [[nodiscard]] std::size_t answer_bytes(std::string_view bytes) const override {
    return resp::value_bytes(bytes);
  }

  std::size_t answered(std::size_t connection, std::string_view answer) override {
    consumer& on = consumers_[connection];
    if (on.next == step::send) {
      on.next = step::receive;
      return 0;
    }
    if (resp::reader(answer).text() != body_) {
      throw std::runtime_error("redis: another message than was sent");
    }
    const bool is_removed = on.next == step::remove;
    on.next = is_removed ? step::send : step::remove;
    return is_removed ? 1 : 0;
  }

 private:
  enum class step : std::uint8_t { send, receive, remove };
  struct consumer {
    std::string receive, remove;
    step next = step::send;
  };

  std::string body_, send_;
  std::vector<consumer> consumers_;
};

}  // namespace

std::unique_ptr<peer_protocol> redis_protocol(peer_workload what, std::size_t body_bytes) {
  if (what == peer_workload::cycle) return std::make_unique<redis_cycle>(body_bytes);
  return std::make_unique<redis>(what, body_bytes);
}

}  // namespace millrace::perf
