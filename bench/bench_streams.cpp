// Streams in one process, on one thread: putting batches of records, reading them back, and one
// shard read by many readers, each with a place of its own. 1 KiB a record. What a reader of the
// bare broadcast ring gets of the same records in the same run stands beside it.
#include <benchmark/benchmark.h>

#include <cstring>
#include <millrace/millrace.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ring_memory.hpp"
#include "sync/broadcast_ring.hpp"
#include "sync/broadcast_ring_tethered.hpp"

namespace {

using namespace millrace;

constexpr std::size_t record_bytes = 1024;
constexpr std::size_t batch = 100;

/// What any reader does at least: a word of every cache line.
void look_at(std::span<const std::byte> record) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + sizeof sum <= record.size(); i += 64) {
    std::uint64_t word = 0;
    std::memcpy(&word, record.data() + i, sizeof word);
    sum += word;
  }
  benchmark::DoNotOptimize(sum);
}

struct scene {
  explicit scene(std::uint32_t shards) {
    options o;
    o.memory_max = std::uint64_t{4} << 30;
    e = engine::open(o).value();
    c = e.connect().value();
    renew(shards);
    for (int i = 0; i < 500; ++i) keys.push_back("key-" + std::to_string(i));
    for (const std::string& key : keys) entries.push_back({as_bytes(data), key});
  }
  /// An empty stream, so that memory stays bounded.
  void renew(std::uint32_t shards) {
    stream_client streams(c);
    static_cast<void>(streams.delete_stream("bench"));
    stream_settings wanted;
    wanted.shard_count = shards;
    s = streams.create_stream("bench", wanted, given_shard_count).value();
    put = 0;
  }
  void put_batch(std::size_t count) {
    std::vector<put_result>& r = results;
    r.resize(count);
    stream_client(c).put_records(s, std::span(entries).first(count), r).value();
    put += count;
  }

  engine e;
  client c;
  stream_handle s;
  const std::string data = std::string(record_bytes, 'x');
  std::vector<std::string> keys;
  std::vector<put_entry> entries;
  std::vector<put_result> results;
  std::size_t put = 0;
};

constexpr std::size_t put_before_renewal = 200'000;

void put_records(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  scene on(4);
  for (auto _ : state) {
    on.put_batch(count);
    if (on.put < put_before_renewal) continue;
    state.PauseTiming();
    on.renew(4);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * state.range(0) * static_cast<int>(record_bytes));
}

void read_records(benchmark::State& state) {
  scene on(1);
  for (int i = 0; i < 100; ++i) on.put_batch(batch);
  stream_client streams(on.c);
  shard_position from;
  std::int64_t got = 0;
  for (auto _ : state) {
    const records some =
        streams
            .read(on.s, {.from = from, .max_records = static_cast<std::uint32_t>(state.range(0))})
            .value();
    for (const record_view& r : some) look_at(r.data);
    got += static_cast<std::int64_t>(some.size());
    from = some.empty() ? shard_position{} : some.summary().next;
  }
  state.SetItemsProcessed(got);
  state.SetBytesProcessed(got * static_cast<std::int64_t>(record_bytes));
}

/// Items are records delivered: each goes to every reader.
void fan_out(benchmark::State& state) {
  const auto readers = static_cast<std::size_t>(state.range(0));
  scene on(1);
  stream_client streams(on.c);
  std::vector<shard_position> at(readers);
  std::int64_t delivered = 0;
  for (auto _ : state) {
    on.put_batch(batch);
    for (shard_position& from : at) {
      const records some = streams.read(on.s, {.from = from}).value();
      for (const record_view& r : some) look_at(r.data);
      delivered += static_cast<std::int64_t>(some.size());
      from = some.summary().next;
    }
    if (on.put < put_before_renewal) continue;
    state.PauseTiming();
    on.renew(1);
    at.assign(readers, {});
    state.ResumeTiming();
  }
  state.SetItemsProcessed(delivered);
  state.SetBytesProcessed(delivered * static_cast<std::int64_t>(record_bytes));
}

/// The same records through the bare ring, read in place.
void ring_fan_out(benchmark::State& state) {
  using ring = sync::broadcast_ring<sync::std_sync, sync::broadcast_readers::tethered_only, 64>;
  using reader = sync::tethered_reader<sync::std_sync, ring>;
  bench::ring_memory memory(std::size_t{1} << 20);
  ring through(memory.words());
  std::vector<std::optional<reader>> readers;
  for (std::int64_t i = 0; i < state.range(0); ++i) readers.push_back(reader::join(through));
  const std::string data(record_bytes, 'x');
  std::int64_t delivered = 0;
  for (auto _ : state) {
    auto frame = through.try_claim(batch, record_bytes);
    for (std::size_t i = 0; i < batch; ++i) {
      std::memcpy(frame.next().data(), data.data(), record_bytes);
    }
    through.publish(frame);
    for (auto& one : readers) {
      delivered += static_cast<std::int64_t>(
          one->poll(batch, [](std::span<const std::byte> r) { look_at(r); }));
    }
  }
  state.SetItemsProcessed(delivered);
  state.SetBytesProcessed(delivered * static_cast<std::int64_t>(record_bytes));
}

BENCHMARK(put_records)->Arg(1)->Arg(10)->Arg(100)->Arg(500);
BENCHMARK(read_records)->Arg(100)->Arg(10'000);
BENCHMARK(fan_out)->Arg(1)->Arg(5)->Arg(20)->Arg(50);
BENCHMARK(ring_fan_out)->Arg(1)->Arg(5)->Arg(20)->Arg(50);

}  // namespace

BENCHMARK_MAIN();
