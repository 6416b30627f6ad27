// stream_model: a stream as its description says, without any thought of speed: lists of shards and
// of records. What the property test of streams compares the service with.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "support/stream_bench.hpp"

namespace millrace::test {

struct stream_model {
  struct shard {
    hash_key first;
    hash_key last;
    base::time_ms closed_at_ms = 0;
    std::vector<std::uint32_t> parents;
    std::vector<got_record> records;
  };

  std::map<std::uint32_t, shard> shards;
  std::uint32_t next = 0;
  base::time_ms retention_ms = 24 * 3'600'000;

  explicit stream_model(const std::vector<shard_description>& from) {
    for (const shard_description& d : from) shards[next++] = {d.first, d.last, 0, {}, {}};
  }

  /// Number of the one open shard to which a key belongs; -1: none or several.
  [[nodiscard]] int at(const hash_key& key) const {
    int found = -1;
    for (const auto& [number, s] : shards) {
      if (s.closed_at_ms != 0 || key < s.first || s.last < key) continue;
      if (found != -1) return -1;
      found = static_cast<int>(number);
    }
    return found;
  }
  void put(const put_result& as, const std::string& data, base::time_ms now_ms) {
    shards.at(as.shard).records.push_back({as.shard, as.sequence.index, data, now_ms});
  }
  void close(std::uint32_t number, base::time_ms now_ms) {
    shards.at(number).closed_at_ms = now_ms;
  }
  void make(const hash_key& first, const hash_key& last, std::vector<std::uint32_t> parents) {
    shards[next++] = {first, last, 0, std::move(parents), {}};
  }
  /// What has outlived the retention does not come back, whatever that becomes.
  void forget(base::time_ms now_ms) {
    for (auto& [number, s] : shards) {
      std::erase_if(s.records,
                    [&](const got_record& r) { return now_ms - r.arrived_at_ms > retention_ms; });
    }
  }
  /// What can be read of a shard from an index on.
  [[nodiscard]] std::vector<got_record> read(std::uint32_t number, std::uint64_t from,
                                             std::size_t max) const {
    std::vector<got_record> out;
    for (const got_record& r : shards.at(number).records) {
      if (r.index >= from && out.size() < max) out.push_back(r);
    }
    return out;
  }
};

}  // namespace millrace::test
