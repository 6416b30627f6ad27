// subscriber: one enhanced consumer: a connection of HTTP/2 with a SubscribeToShard on it. The loop
// of its thread calls read() when there is something to read. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "fanout/event_reader.hpp"
#include "load/socket.hpp"

struct nghttp2_session;

namespace millrace::perf {

struct subscription {
  std::string consumer_arn;
  std::string shard_id;
  bool from_the_start = false;  ///< else what comes from now on
};

class subscriber {
 public:
  /// Asks; throws std::runtime_error if the server is not there. `on_record` gets the base64 text
  /// of each record.
  subscriber(const endpoint& target, const subscription& wanted,
             std::function<void(std::string_view)> on_record);
  ~subscriber();
  subscriber(const subscriber&) = delete;
  subscriber& operator=(const subscriber&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }
  /// Reads once, does not wait. Throws std::runtime_error at the end or at a refusal.
  void read();
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  /// The answer's head has come.
  [[nodiscard]] bool begun() const noexcept { return begun_; }

 private:
  friend struct subscriber_callbacks;
  void send_pending();

  socket_handle socket_;
  nghttp2_session* session_ = nullptr;
  event_reader events_;
  std::function<void(std::string_view)> on_record_;
  std::string question_;
  std::size_t asked_ = 0;
  std::string failure_;
  std::uint64_t bytes_ = 0;
  bool begun_ = false;
};

}  // namespace millrace::perf
