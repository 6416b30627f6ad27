// What targets behind HTTP share: a connection a sender and a connection a reader, each with one
// request outstanding.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "load/http_answer.hpp"
#include "load/socket.hpp"
#include "load/transport.hpp"
#include "target/http_target.hpp"

namespace millrace::perf {

class http_connections : public target, private transport::receiver {
 public:
  [[nodiscard]] std::size_t senders() const noexcept override { return senders_; }
  [[nodiscard]] bool can_send(std::size_t sender) const noexcept override {
    return !connections_[sender].busy;
  }
  void turn(listener& to, std::uint64_t until_ns) override;
  void stall() override;
  void resume() override;
  [[nodiscard]] std::string describe() const override;

 protected:
  explicit http_connections(const http_target_settings& settings) : settings_(settings) {}

  /// Once readers_ are known.
  void connect(std::size_t senders);
  [[nodiscard]] std::size_t connection_of(std::size_t reader) const noexcept {
    return senders_ + reader;
  }
  [[nodiscard]] bool is_sender(std::size_t connection) const noexcept {
    return connection < senders_;
  }
  /// A whole request; the connection is busy until its answer.
  void request(std::size_t connection, std::string_view bytes);
  virtual void take_answer(listener& to, std::size_t connection, const http_answer& answer) = 0;
  /// When turn() should end at the latest for the target's own sake.
  [[nodiscard]] virtual std::uint64_t due_ns() const noexcept { return UINT64_MAX; }
  /// What is due by now.
  virtual void run_due() {}

  /// Outside of the load: sends a JSON request and gives the answer's body. Throws
  /// std::runtime_error with action, status and body unless the status is 200.
  [[nodiscard]] std::string ask(std::string_view action, const std::string& json) const;
  /// The bytes of a POST of the action.
  [[nodiscard]] std::string post(std::string_view action, std::string_view json) const;
  /// "AmazonSQS." or "Kinesis_20131202."
  virtual std::string_view action_prefix() const noexcept = 0;
  virtual std::string_view content_type() const noexcept = 0;
  /// An answer that is none of 200: by its error, throttled or failed.
  [[nodiscard]] send_outcome judge(const http_answer& answer);

 private:
  struct connection_state {
    bool busy = false;
    std::string unread;  ///< the beginning of an answer whose end has not come
  };
  void take(std::size_t index, std::string_view bytes) override;

  http_target_settings settings_;
  std::size_t senders_ = 0;
  std::vector<connection_state> connections_;
  std::unique_ptr<transport> transport_;
  listener* listener_ = nullptr;  ///< during turn()
};

}  // namespace millrace::perf
