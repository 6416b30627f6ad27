#include "target/stream_readers.hpp"

namespace millrace::perf {

std::vector<reader_place> stream_readers(const bench_workload& plan) {
  std::vector<reader_place> made;
  for (std::size_t topic = 0; topic < plan.topics; ++topic) {
    for (std::size_t of = 0; of < plan.subscriptions_per_topic; ++of) {
      const std::size_t first =
          (topic * plan.subscriptions_per_topic + of) * plan.consumers_per_subscription;
      for (std::size_t shard = 0; shard < plan.partitions_per_topic; ++shard) {
        made.push_back({topic, of, first + shard % plan.consumers_per_subscription});
      }
    }
  }
  return made;
}

std::string partition_key(const outgoing& message) {
  return message.keyed ? "k" + std::to_string(message.key) : "s" + std::to_string(message.sequence);
}

}  // namespace millrace::perf
