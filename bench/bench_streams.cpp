// Streams in one process, on one thread: putting batches of records, reading them back, and one
// shard read by many readers, each with a place of its own: by reads of the lane, and by cursors in
// place. 1 KiB a record. What readers of the bare broadcast ring get of as many records stands
// beside it; `..._reading` counts the readers' time alone, without that of whoever puts. And how
// long a record takes from its put to the view of each cursor.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <ctime>
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

/// Seconds of this thread's processor from begin() to end(): what else runs on the machine does not
/// count.
class stopwatch {
 public:
  void begin() noexcept { began_ = now(); }
  [[nodiscard]] double end() const noexcept { return now() - began_; }

 private:
  static double now() noexcept {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
  }
  double began_ = 0;
};

void deliver(benchmark::State& state, std::int64_t delivered) {
  state.SetItemsProcessed(delivered);
  state.SetBytesProcessed(delivered * static_cast<std::int64_t>(record_bytes));
}

/// Items are records delivered: each goes to every reader. Each round, a batch is put and every
/// reader reads it.
template <class Open, class Read>
void rounds(benchmark::State& state, bool reading_alone, Open&& open, Read&& read) {
  const auto readers = static_cast<std::size_t>(state.range(0));
  scene on(1);
  auto all = open(on, readers);
  std::int64_t delivered = 0;
  stopwatch watch;
  for (auto _ : state) {
    watch.begin();
    on.put_batch(batch);
    if (reading_alone) watch.begin();
    for (auto& one : all) delivered += read(on, one);
    state.SetIterationTime(watch.end());
    if (on.put < put_before_renewal) continue;
    all.clear();
    on.renew(1);
    all = open(on, readers);
  }
  deliver(state, delivered);
}

void by_lane(benchmark::State& state) {
  rounds(
      state, false,
      [](scene&, std::size_t readers) { return std::vector<shard_position>(readers); },
      [](scene& on, shard_position& from) {
        const records some = stream_client(on.c).read(on.s, {.from = from}).value();
        for (const record_view& r : some) look_at(r.data);
        from = some.summary().next;
        return static_cast<std::int64_t>(some.size());
      });
}

void by_cursors(benchmark::State& state, bool reading_alone) {
  std::uint64_t not_in_place = 0;
  rounds(
      state, reading_alone,
      [](scene& on, std::size_t readers) {
        std::vector<shard_cursor> all;
        for (std::size_t i = 0; i < readers; ++i) {
          all.push_back(stream_client(on.c).open_cursor(on.s, {}).value());
          static_cast<void>(all.back().next().value());
        }
        return all;
      },
      [&](scene&, shard_cursor& one) {
        const auto some = one.next().value();
        for (const record_view& r : some) look_at(r.data);
        not_in_place += some.size() == batch ? 0 : 1;
        return static_cast<std::int64_t>(some.size());
      });
  if (not_in_place != 0) state.SkipWithError("a cursor missed its batch");
}

/// An iteration is one record, put and read by every cursor in turn. The counters p50_ns and p99_ns
/// are of all its arrivals, from before the put.
void propagation(benchmark::State& state) {
  constexpr std::size_t samples_max = 4'000'000;
  scene on(1);
  std::vector<shard_cursor> all;
  const auto open = [&] {
    all.clear();
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      all.push_back(stream_client(on.c).open_cursor(on.s, {}).value());
      static_cast<void>(all.back().next().value());
    }
  };
  open();
  std::vector<std::int64_t> took;
  took.reserve(samples_max);
  for (auto _ : state) {
    const std::int64_t began = engine::monotonic_ns();
    on.put_batch(1);
    for (shard_cursor& one : all) {
      const auto some = one.next().value();
      if (some.size() != 1) state.SkipWithError("a cursor missed its record");
      for (const record_view& r : some) look_at(r.data);
      if (took.size() < samples_max) took.push_back(engine::monotonic_ns() - began);
    }
    if (on.put < put_before_renewal) continue;
    state.PauseTiming();
    all.clear();
    on.renew(1);
    open();
    state.ResumeTiming();
  }
  deliver(state, state.iterations() * state.range(0));
  std::sort(took.begin(), took.end());
  const auto percentile = [&](double of) {
    return static_cast<double>(
        took[static_cast<std::size_t>(of * static_cast<double>(took.size() - 1))]);
  };
  if (took.empty()) return;
  state.counters["p50_ns"] = percentile(.5);
  state.counters["p99_ns"] = percentile(.99);
}

/// The same records through the bare ring, read in place.
void by_ring(benchmark::State& state, bool reading_alone) {
  using ring = sync::broadcast_ring<sync::std_sync, sync::broadcast_readers::tethered_only, 64>;
  using reader = sync::tethered_reader<sync::std_sync, ring>;
  bench::ring_memory memory(std::size_t{1} << 20);
  ring through(memory.words());
  std::vector<std::optional<reader>> readers;
  for (std::int64_t i = 0; i < state.range(0); ++i) readers.push_back(reader::join(through));
  const std::string data(record_bytes, 'x');
  std::int64_t delivered = 0;
  stopwatch watch;
  for (auto _ : state) {
    watch.begin();
    auto frame = through.try_claim(batch, record_bytes);
    for (std::size_t i = 0; i < batch; ++i) {
      std::memcpy(frame.next().data(), data.data(), record_bytes);
    }
    through.publish(frame);
    if (reading_alone) watch.begin();
    for (auto& one : readers) {
      delivered += static_cast<std::int64_t>(
          one->poll(batch, [](std::span<const std::byte> r) { look_at(r); }));
    }
    state.SetIterationTime(watch.end());
  }
  deliver(state, delivered);
}

void fan_out_by_lane(benchmark::State& state) { by_lane(state); }
void fan_out(benchmark::State& state) { by_cursors(state, false); }
void ring_fan_out(benchmark::State& state) { by_ring(state, false); }
void fan_out_reading(benchmark::State& state) { by_cursors(state, true); }
void ring_fan_out_reading(benchmark::State& state) { by_ring(state, true); }

BENCHMARK(put_records)->Arg(1)->Arg(10)->Arg(100)->Arg(500);
BENCHMARK(read_records)->Arg(100)->Arg(10'000);
#define MR_FAN_OUT(name) BENCHMARK(name)->Arg(1)->Arg(5)->Arg(20)->Arg(50)->UseManualTime()
BENCHMARK(propagation)->Arg(1)->Arg(5)->Arg(20)->Arg(50);
MR_FAN_OUT(fan_out_by_lane);
MR_FAN_OUT(fan_out);
MR_FAN_OUT(ring_fan_out);
MR_FAN_OUT(fan_out_reading);
MR_FAN_OUT(ring_fan_out_reading);

}  // namespace

BENCHMARK_MAIN();
