// Queues and streams through the C++ API, in memory; the caller runs the lane.
#include <array>
#include <millrace/millrace.hpp>
#include <string>
#include <vector>

#include "hot_path.hpp"

namespace millrace::bench {
namespace {

constexpr std::size_t body_bytes = 1024;
constexpr std::size_t batch = 10;
constexpr std::size_t records_of_a_put = 100;

/// An engine that does the same in every run.
struct scene {
  scene() {
    options chosen;
    chosen.lanes = 1;
    chosen.clock = clock_mode::virtual_time;
    chosen.seed = 1;
    chosen.memory_max = std::uint64_t{1} << 30;
    e = engine::open(chosen).value();
    c = e.connect().value();
  }
  engine e;
  client c;
  const std::string body = std::string(body_bytes, 'x');
};

void single(std::size_t rounds) {
  scene on;
  const queue_handle queue = on.c.create_queue("hot").value();
  for (std::size_t i = 0; i < rounds; ++i) {
    on.c.send(queue, on.body).value();
    const received got = on.c.receive(queue).value();
    expect(got.size() == 1, "a message is missing");
    on.c.delete_message(queue, got[0].receipt).value();
  }
}

/// Sends ten, receives ten, deletes ten.
void batches(scene& on, queue_handle queue, std::span<const send_entry> entries,
             std::size_t rounds) {
  std::array<send_result, batch> sent;
  std::array<receipt_handle, batch> receipts;
  std::array<errc, batch> deleted;
  for (std::size_t i = 0; i < rounds; ++i) {
    on.c.send_batch(queue, entries, sent).value();
    const received got = on.c.receive(queue, {.max_messages = batch}).value();
    expect(got.size() == batch, "messages are missing");
    for (std::size_t k = 0; k < batch; ++k) receipts[k] = got[k].receipt;
    on.c.delete_batch(queue, receipts, deleted).value();
    expect(deleted.back() == errc::ok, "a delete failed");
  }
}

void batches_of_ten(std::size_t rounds) {
  scene on;
  const queue_handle queue = on.c.create_queue("hot").value();
  const std::vector<send_entry> entries(batch, send_entry{.body = as_bytes(on.body)});
  batches(on, queue, entries, rounds);
}

void fifo_batches(std::size_t rounds) {
  scene on;
  queue_attributes attributes;
  attributes.fifo_queue = true;
  const auto given = given_all | given_fifo_queue;
  const queue_handle queue = on.c.create_queue("hot.fifo", attributes, given).value();
  std::array<std::string, batch> groups, ids;
  std::vector<send_entry> entries(batch, send_entry{.body = as_bytes(on.body)});
  for (std::size_t i = 0; i < rounds; ++i) {
    for (std::size_t k = 0; k < batch; ++k) {
      groups[k] = "group-" + std::to_string((i * batch + k) % 64 + 100);
      ids[k] = "id-" + std::to_string(i * batch + k + 1'000'000);
      entries[k].message_group_id = groups[k];
      entries[k].message_deduplication_id = ids[k];
    }
    batches(on, queue, entries, 1);
  }
}

/// Puts so many batches; what reads them is called after each.
template <class Read>
void put(scene& on, std::size_t rounds, Read&& read) {
  stream_client streams(on.c);
  stream_settings wanted;
  wanted.shard_count = 1;
  const stream_handle stream = streams.create_stream("hot", wanted, given_shard_count).value();
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < records_of_a_put; ++i) keys.push_back("key-" + std::to_string(i));
  std::vector<put_entry> entries;
  for (const std::string& key : keys) entries.push_back({as_bytes(on.body), key});
  std::vector<put_result> results(records_of_a_put);
  auto reader = read(stream);
  for (std::size_t i = 0; i < rounds; ++i) {
    streams.put_records(stream, entries, results).value();
    expect(reader() == records_of_a_put, "records are missing");
  }
}

void put_records(std::size_t rounds) {
  scene on;
  put(on, rounds, [](stream_handle) { return [] { return records_of_a_put; }; });
}

void put_and_cursor(std::size_t rounds) {
  scene on;
  put(on, rounds, [&](stream_handle stream) {
    return [cursor = stream_client(on.c).open_cursor(stream, {}).value()]() mutable {
      std::size_t seen = 0;
      for (const record_view& each : cursor.next(records_of_a_put).value()) {
        keep(each.data.data());
        ++seen;
      }
      return seen;
    };
  });
}

void put_and_read(std::size_t rounds) {
  scene on;
  put(on, rounds, [&](stream_handle stream) {
    return [&on, stream, from = shard_position{}]() mutable {
      const records some = stream_client(on.c).read(stream, {.from = from}).value();
      for (const record_view& each : some) keep(each.data.data());
      from = some.summary().next;
      return some.size();
    };
  });
}

constexpr std::array paths = {
    hot_path{"queue.send_receive_delete", 3'000, single},
    hot_path{"queue.batches_of_10", 500, batches_of_ten},
    hot_path{"queue.fifo_batches_of_10", 500, fifo_batches},
    hot_path{"stream.put_records_100", 100, put_records},
    hot_path{"stream.put_records_100_and_cursor", 100, put_and_cursor},
    hot_path{"stream.put_records_100_and_read", 100, put_and_read},
};

}  // namespace

std::span<const hot_path> engine_paths() { return paths; }

}  // namespace millrace::bench
