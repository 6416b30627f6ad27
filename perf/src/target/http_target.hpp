// Queues or streams of a server, by the JSON protocols of SQS and Kinesis over HTTP/1.1 without
// encryption or signatures.
#pragma once

#include <memory>
#include <string_view>

#include "load/socket.hpp"
#include "target/server_process.hpp"
#include "target/target.hpp"
#include "workload/workload.hpp"

namespace millrace::perf {

struct http_target_settings {
  endpoint where = {};
  std::size_t connections = 16;      ///< for sending, but at least one a producer
  server_process* server = nullptr;  ///< of ours, which can be stalled; null: somebody else's
  std::uint64_t poll_interval_ns = 10'000'000;  ///< between reads of a shard that had nothing
  std::string name;  ///< of what is made on the server: a prefix of its own
};

/// "http://127.0.0.1:4566" or "http://127.0.0.1". Throws std::runtime_error that shows the text.
[[nodiscard]] endpoint parse_endpoint(std::string_view url);

/// Makes what the workload names; its end deletes it. Throws std::runtime_error.
[[nodiscard]] std::unique_ptr<target> open_http_queues(const bench_workload& plan,
                                                       const http_target_settings& settings);
[[nodiscard]] std::unique_ptr<target> open_http_streams(const bench_workload& plan,
                                                        const http_target_settings& settings);

/// How many connections send.
[[nodiscard]] std::size_t http_senders(const bench_workload& plan,
                                       const http_target_settings& settings);

}  // namespace millrace::perf
