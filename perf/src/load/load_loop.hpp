// Runs conversations over many connections from one thread, one request outstanding a connection (a
// CLOSED LOOP: what it times are service times, not what an open load would see).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hist/histogram.hpp"
#include "load/conversation.hpp"
#include "load/socket.hpp"
#include "load/transport.hpp"

namespace millrace::perf {

/// When a phase ends: no cycle begins after `seconds`, nor more than `cycles` of them.
struct phase_limits {
  double seconds = 0;  ///< 0: no limit
  std::uint64_t cycles = ~0ull;
  double patience_seconds = 60;  ///< after the last cycle began, until the run is given up
};

/// What a phase, or several summed, did and cost.
struct phase_result {
  double seconds = 0;
  std::uint64_t requests = 0;
  std::uint64_t messages = 0;
  std::uint64_t cycles = 0;
  std::uint64_t generator_cpu_ns = 0;  ///< of this thread
  std::uint64_t server_cpu_ns = 0;     ///< of the whole server process; 0 when its id is unknown
  std::array<histogram, operation_count> service;  ///< request to answer, by operation, ns

  void add(const phase_result& other);
  [[nodiscard]] histogram all_service() const;
};

class load_loop : private transport::receiver {
 public:
  struct settings {
    endpoint target;
    std::size_t connections = 16;
    std::optional<int> server_process;  ///< whose CPU time is accounted
    std::optional<transport_kind> transport{};
  };

  /// Opens the connections; they stay open over all phases. Throws std::runtime_error.
  explicit load_loop(const settings& chosen);

  /// Runs one phase to its end. The context's counters of messages and cycles are those of this
  /// phase. Throws std::runtime_error when a connection breaks, an answer cannot be read, more than
  /// 100 errors occurred, or patience ran out.
  [[nodiscard]] std::unique_ptr<phase_result> run(const workload& plan,
                                                  conversation_context& context,
                                                  const phase_limits& limits);

  [[nodiscard]] std::string_view transport_name() const noexcept { return transport_->name(); }

 private:
  struct connection {
    std::optional<conversation> talk;
    std::uint64_t asked_at_ns = 0;
    std::string unread;  ///< the beginning of an answer whose end has not come
  };
  void send_next(std::size_t index, std::uint64_t now_ns);
  void take(std::size_t index, std::string_view bytes) override;
  void begin_phase(const workload& plan, conversation_context& context);
  [[nodiscard]] std::uint64_t server_cpu_ns() const;

  settings settings_;
  std::unique_ptr<transport> transport_;
  std::vector<connection> connections_;
  conversation_context* context_ = nullptr;
  phase_result* result_ = nullptr;
  std::size_t busy_ = 0;  ///< connections with a request outstanding
};

}  // namespace millrace::perf
