// Loads a rival in the same closed loop as load_loop loads an SQS server: one thread, the same
// transport, one request outstanding a connection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hist/histogram.hpp"
#include "load/socket.hpp"
#include "load/transport.hpp"
#include "peers/peer_protocol.hpp"

namespace millrace::perf {

struct peer_result {
  double seconds = 0;
  std::uint64_t requests = 0;
  std::uint64_t messages = 0;
  std::uint64_t generator_cpu_ns = 0;
  std::uint64_t server_cpu_ns = 0;
  histogram service;  ///< request to answer, ns
};

class peer_loop : private transport::receiver {
 public:
  struct settings {
    endpoint target;
    std::size_t connections = 16;
    std::optional<int> server_process;  ///< whose CPU time is accounted
  };

  /// Opens the connections. Throws std::runtime_error.
  peer_loop(const settings& chosen, peer_protocol& protocol);

  /// Loads for so long, then waits for the last acknowledgements. Throws std::runtime_error.
  [[nodiscard]] std::unique_ptr<peer_result> run(double seconds);

 private:
  struct connection {
    std::uint64_t asked_at_ns = 0;
    std::string unread;
  };
  void ask(std::size_t index, std::uint64_t now_ns);
  void take(std::size_t index, std::string_view bytes) override;
  [[nodiscard]] std::uint64_t server_cpu_ns() const;

  settings settings_;
  peer_protocol& protocol_;
  std::unique_ptr<transport> transport_;
  std::vector<connection> connections_;
  peer_result* result_ = nullptr;
  bool go_on_ = true;
  std::size_t busy_ = 0;
};

}  // namespace millrace::perf
