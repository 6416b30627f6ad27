// One engine with one client and its streams, in virtual time.
#pragma once

#include <gtest/gtest.h>

#include <millrace/millrace.hpp>
#include <string>
#include <vector>

namespace millrace::test {

struct one_stream : testing::Test {
  explicit one_stream(options o = {}, std::uint32_t shards = 1) {
    o.clock = clock_mode::virtual_time;
    e = engine::open(o).value();
    c = e.connect().value();
    stream_settings wanted;
    wanted.shard_count = shards;
    s = streams().create_stream("clicks", wanted, given_shard_count).value();
  }

  stream_client streams() { return stream_client(c); }
  put_result put(std::string_view data, std::string_view key = "key") {
    return streams().put_record(s, {.data = as_bytes(data), .partition_key = key}).value();
  }
  /// Puts into the shard to which `hash` belongs.
  put_result put_at(std::string_view data, const hash_key& hash) {
    return streams()
        .put_record(s, {.data = as_bytes(data), .partition_key = "key", .hash = &hash})
        .value();
  }
  records read(shard_position from, std::uint32_t max = 10'000) {
    return streams().read(s, {.from = from, .max_records = max}).value();
  }
  /// All data of a shard from its oldest record on.
  std::vector<std::string> all(std::uint32_t shard) {
    std::vector<std::string> out;
    shard_position at{shard, 0};
    while (true) {
      const records got = read(at);
      for (const record_view& r : got) out.emplace_back(as_text(r.data));
      at = got.summary().next;
      if (got.empty()) return out;
    }
  }
  void pass(std::int64_t ms) { e.advance(ms).value(); }

  engine e;
  client c;
  stream_handle s;
};

}  // namespace millrace::test
