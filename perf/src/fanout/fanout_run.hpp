// fanout_run: records go into one shard, and to each of its enhanced consumers by HTTP/2. Either
// they are all there before anybody subscribes (how many bytes a second are delivered), or they are
// sent at a fixed rate (how long each takes from when it was due to be sent). Every consumer that
// reads must get every record once, in order; else the run fails.
#pragma once

#include <cstdint>
#include <optional>

#include "hist/histogram.hpp"
#include "load/socket.hpp"

namespace millrace::perf {

struct fanout_options {
  endpoint target;
  std::size_t consumers = 1;  ///< that read
  std::size_t stopped = 0;    ///< that subscribe and do not read
  std::size_t record_bytes = 1024;
  std::uint64_t records = 100'000;  ///< at once; with a rate: in all
  double rate = 0;                  ///< records a second; 0: all are there before
  std::size_t batch = 1;            ///< records a PutRecords, at a rate
  std::optional<int> server_process;
};

struct fanout_outcome {
  double seconds = 0;  ///< from the subscriptions to the last record at the last consumer
  std::uint64_t delivered = 0;
  std::uint64_t delivered_bytes = 0;  ///< of the records' data
  std::uint64_t wire_bytes = 0;
  double server_cpu_seconds = 0;
  double own_cpu_seconds = 0;
  histogram propagation;  ///< at a rate: from the due time to the consumer
};

/// Throws std::runtime_error when the server refuses or a record is lost, doubled or out of order.
[[nodiscard]] fanout_outcome run_fanout(const fanout_options& wanted);

}  // namespace millrace::perf
