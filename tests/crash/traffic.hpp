// The driver's connections to the server: one request outstanding on each, one epoll loop, and a
// careful end: what had arrived when the server died counts as answered.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bodies.hpp"
#include "load/socket.hpp"
#include "recorder.hpp"
#include "roster.hpp"
#include "script.hpp"

namespace millrace::crash {

class traffic {
 public:
  traffic(const roster& queues, const bodies& texts, recorder& notes);
  ~traffic();
  traffic(const traffic&) = delete;
  traffic& operator=(const traffic&) = delete;

  /// Opens connections to a server that has just started. Throws std::runtime_error.
  void open(const perf::endpoint& target, std::size_t connections);

  /// Gives idle connections something to do, waits for answers for at most timeout_ms, takes them.
  void turn(script& from, int timeout_ms);
  /// Turns without asking for more until every request has its answer. Throws std::runtime_error
  /// after `seconds`.
  void settle(script& from, double seconds);

  /// The server is dead: takes the answers that had come, counts the rest as unanswered, and
  /// closes.
  void close(script& from);

  [[nodiscard]] std::size_t outstanding() const noexcept { return outstanding_; }
  /// A connection has ended.
  [[nodiscard]] bool broken() const noexcept { return broken_; }

 private:
  struct connection;
  [[nodiscard]] std::string under_way() const;
  void ask(connection& on, request what);
  void flush(connection& on);
  void read(connection& on, script& from);
  void take(connection& on, script& from, std::size_t bytes);
  void watch(connection& on, int how, bool writing) const;

  const roster& queues_;
  const bodies& texts_;
  recorder& notes_;
  perf::endpoint target_;
  int epoll_ = -1;
  std::vector<std::unique_ptr<connection>> connections_;
  std::vector<char> buffer_;
  std::size_t outstanding_ = 0;
  bool broken_ = false;
};

}  // namespace millrace::crash
