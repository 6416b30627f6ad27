// Stores records at a rival and then hands them to all consumers at once, as stream_fanout does
// with millraced: from the first request of a consumer to the last record at the last one. Every
// consumer must get every record once, in order. One thread.
#pragma once

#include <cstdint>
#include <optional>

#include "load/socket.hpp"
#include "peers/fan_out_protocol.hpp"

namespace millrace::perf {

struct fan_out_result {
  double seconds = 0;
  std::uint64_t delivered = 0;
  std::uint64_t own_cpu_ns = 0;
  std::uint64_t server_cpu_ns = 0;
};

/// Throws std::runtime_error when the server refuses, or a record is lost, doubled or out of order.
[[nodiscard]] fan_out_result run_fan_out(const endpoint& target, const fan_out_plan& plan,
                                         fan_out_protocol& protocol,
                                         std::optional<int> server_process);

}  // namespace millrace::perf
