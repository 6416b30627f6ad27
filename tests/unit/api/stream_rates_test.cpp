// What limits=aws lets through a stream in ten seconds of virtual time, a test a limit.
#include "stream_fixture.hpp"

namespace millrace {
namespace {

constexpr std::uint32_t record_bytes = 16'384;  // data and key, so that a window ends at a record
constexpr int seconds = 10;
constexpr int tries_a_second = 100;

struct stream_rates : test::one_stream {
  stream_rates() : one_stream(options{.limits = limits_profile::aws}) {}

  /// Calls ask() a hundred times a second; returns how much passed.
  template <class Ask>
  std::uint64_t in_ten_seconds(Ask&& ask) {
    std::uint64_t passed = 0;
    for (int i = 0; i < seconds * tries_a_second; ++i) {
      passed += ask();
      pass(1'000 / tries_a_second);
    }
    return passed;
  }
  /// Bytes of those of `count` records that were taken; `hash` of each in turn.
  std::uint64_t put_many(stream_handle into, std::size_t count, std::size_t bytes,
                         std::span<const hash_key> hashes) {
    const std::string data(bytes - 1, 'x');
    std::vector<put_entry> entries;
    for (std::size_t i = 0; i < count; ++i) {
      entries.push_back({as_bytes(data), "k", &hashes[i % hashes.size()]});
    }
    std::vector<put_result> results(count);
    streams().put_records(into, entries, results).value();
    std::uint64_t passed = 0;
    for (const put_result& r : results) {
      EXPECT_TRUE(r.status == errc::ok || r.status == errc::throughput_exceeded);
      if (r.status == errc::ok) passed += bytes;
    }
    return passed;
  }
  void fill(std::uint64_t bytes) {
    const hash_key any;
    for (std::uint64_t done = 0; done < bytes; pass(1'000)) {
      done += put_many(s, shard_bytes_in_per_second / record_bytes, record_bytes, {&any, 1});
    }
  }
  static std::uint64_t bytes_of(const records& got) {
    std::uint64_t bytes = 0;
    for (const record_view& r : got) bytes += r.data.size() + r.partition_key.size();
    return bytes;
  }
};

// Shows: write.rate
TEST_F(stream_rates, a_shard_takes_1000_records_a_second) {
  const hash_key any;
  const std::uint64_t bytes = in_ten_seconds([&] { return put_many(s, 20, 64, {&any, 1}); });
  EXPECT_EQ(bytes / 64, 10U * shard_records_in_per_second);
}

// Shows: write.rate
TEST_F(stream_rates, a_shard_takes_a_mebibyte_a_second) {
  const hash_key any;
  EXPECT_EQ(in_ten_seconds([&] {
              return put_many(s, 2, record_bytes, {&any, 1});
            }),
            10 * shard_bytes_in_per_second);
}

// Shows: on-demand.start
TEST_F(stream_rates, a_new_on_demand_stream_takes_four_mebibytes_a_second) {
  stream_settings wanted;
  wanted.mode = stream_mode::on_demand;
  const stream_handle h = streams().create_stream("auto", wanted, given_mode).value();
  std::vector<hash_key> each;
  for (const shard_description& one : streams().list_shards(h).value()) each.push_back(one.first);
  ASSERT_EQ(each.size(), 4U);
  EXPECT_EQ(in_ten_seconds([&] { return put_many(h, 8, record_bytes, each); }),
            40 * shard_bytes_in_per_second);
}

// Shows: on-demand.doubles
TEST_F(stream_rates, an_on_demand_stream_takes_twice_its_peak) {
  stream_settings wanted;
  wanted.mode = stream_mode::on_demand;
  const stream_handle h = streams().create_stream("auto", wanted, given_mode).value();
  std::vector<hash_key> spread;
  for (std::uint64_t i = 0; i < 64; ++i) spread.push_back({i << 58, 0});
  const auto taken = [&](std::size_t count) { return put_many(h, count, record_bytes, spread); };
  constexpr std::size_t peak = 192;  // 3 MiB/s
  EXPECT_LT(taken(2 * peak), 2 * peak * record_bytes);
  pass(1'000);
  for (int second = 0; second < 62; ++second, pass(1'000)) {
    ASSERT_EQ(taken(peak), peak * record_bytes);
  }
  for (int second = 0; second < seconds; ++second, pass(1'000)) {
    ASSERT_EQ(taken(2 * peak), 2 * peak * record_bytes);
  }
}

// Shows: get.rate
TEST_F(stream_rates, a_shard_is_read_five_times_a_second) {
  const std::uint64_t reads = in_ten_seconds([&] {
    const auto got = streams().read(s, {});
    EXPECT_TRUE(got.has_value() || got.error() == errc::throughput_exceeded);
    return got.has_value() ? 1U : 0U;
  });
  EXPECT_EQ(reads, 10U * shard_reads_per_second);
}

// Shows: get.rate
TEST_F(stream_rates, all_who_share_a_shard_get_two_mebibytes_a_second) {
  fill(1U << 20);
  EXPECT_EQ(in_ten_seconds([&] {
              const auto got = streams().read(s, {.max_records = 32});
              return got.has_value() ? bytes_of(*got) : 0U;
            }),
            10 * shard_bytes_out_per_second);
}

// Shows: get.pause
TEST_F(stream_rates, a_read_of_ten_mebibytes_is_followed_by_a_pause_of_five_seconds) {
  fill(std::uint64_t{10} << 20);
  std::uint64_t reads = 0;
  EXPECT_EQ(in_ten_seconds([&] {
              const auto got = streams().read(s, {});
              reads += got.has_value() ? 1 : 0;
              return got.has_value() ? bytes_of(*got) : 0U;
            }),
            10 * shard_bytes_out_per_second);
  EXPECT_EQ(reads, 2U);
}

// Shows: fan-out.rate
TEST_F(stream_rates, each_enhanced_consumer_gets_two_mebibytes_a_second) {
  fill(std::uint64_t{21} << 20);
  struct reader {
    std::uint64_t subscription;
    shard_position from;
    std::uint64_t bytes = 0;
  };
  std::vector<reader> readers;
  for (const char* name : {"one", "two"}) {
    streams().register_consumer(s, name).value();
    const subscription mine = streams().subscribe(s, name, 0, {}).value();
    readers.push_back({mine.id, mine.from});
  }
  const std::uint64_t all = in_ten_seconds([&] {
    std::uint64_t bytes = 0;
    for (reader& each : readers) {
      const records got =
          streams().read(s, {.from = each.from, .subscription = each.subscription}).value();
      each.from = got.summary().next;
      each.bytes += bytes_of(got);
      bytes += bytes_of(got);
    }
    return bytes;
  });
  for (const reader& each : readers) EXPECT_EQ(each.bytes, 10 * shard_bytes_out_per_second);
  EXPECT_EQ(all, 20 * shard_bytes_out_per_second);
}

}  // namespace
}  // namespace millrace
