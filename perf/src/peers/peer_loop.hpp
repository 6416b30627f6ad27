// Loads a rival in the same closed loop as load_loop loads an SQS server: one thread, one epoll,
// one message outstanding a connection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hist/histogram.hpp"
#include "load/socket.hpp"
#include "peers/peer_protocol.hpp"

namespace millrace::perf {

struct peer_result {
  double seconds = 0;
  std::uint64_t requests = 0;
  std::uint64_t generator_cpu_ns = 0;
  std::uint64_t server_cpu_ns = 0;
  histogram service;  ///< request to acknowledgement, ns
};

class peer_loop {
 public:
  struct settings {
    endpoint target;
    std::size_t connections = 16;
    std::optional<int> server_process;  ///< whose CPU time is accounted
  };

  /// Opens the connections. Throws std::runtime_error.
  peer_loop(const settings& chosen, peer_protocol& protocol);
  ~peer_loop();
  peer_loop(const peer_loop&) = delete;
  peer_loop& operator=(const peer_loop&) = delete;

  /// Loads for so long, then waits for the last acknowledgements. Throws std::runtime_error.
  [[nodiscard]] std::unique_ptr<peer_result> run(double seconds);

 private:
  struct connection {
    socket_handle socket;
    std::uint64_t asked_at_ns = 0;
    std::string unread{};
    std::size_t unsent = 0;  ///< bytes at the end of the request
  };
  void ask(connection& on, std::uint64_t now_ns);
  void flush(connection& on);
  void read(connection& on, peer_result& into, bool go_on);
  [[nodiscard]] std::uint64_t server_cpu_ns() const;

  settings settings_;
  peer_protocol& protocol_;
  int epoll_ = -1;
  std::vector<std::unique_ptr<connection>> connections_;
  std::size_t busy_ = 0;
};

}  // namespace millrace::perf
