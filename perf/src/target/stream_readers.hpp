// How streams are read, whatever the target: who reads which shard, and which partition keys there
// are.
#pragma once

#include <string>
#include <vector>

#include "target/target.hpp"
#include "workload/workload.hpp"

namespace millrace::perf {

/// A reader for each topic, subscription and shard, in that order, the shard counting quickest.
/// Within a subscription, shard i is the business of consumer i modulo the consumers.
[[nodiscard]] std::vector<reader_place> stream_readers(const bench_workload& plan);

/// Without a key of its own a record goes to any shard.
[[nodiscard]] std::string partition_key(const outgoing& message);

}  // namespace millrace::perf
