// Topics through the C++ API, in memory, on one lane that the caller runs: batches of ten published
// to one queue and to ten, received and deleted there.
#include <array>
#include <millrace/millrace.hpp>
#include <string>
#include <vector>

#include "hot_path.hpp"

namespace millrace::bench {
namespace {

constexpr std::size_t batch = 10;

struct scene {
  explicit scene(std::size_t queue_count) {
    options chosen;
    chosen.lanes = 1;
    chosen.clock = clock_mode::virtual_time;
    chosen.seed = 1;
    chosen.memory_max = std::uint64_t{1} << 30;
    e = engine::open(chosen).value();
    c = e.connect().value();
    topic_client topics(c);
    topic = topics.create_topic("hot").value();
    for (std::size_t i = 0; i < queue_count; ++i) {
      const std::string name = "hot-" + std::to_string(i);
      queues.push_back(c.create_queue(name).value());
      subscription_settings wanted;
      wanted.endpoint = name;
      wanted.raw = true;
      topics.subscribe(topic, wanted).value();
    }
  }
  engine e;
  client c;
  topic_handle topic;
  std::vector<queue_handle> queues;
  const std::string body = std::string(1024, 'x');
};

void drain(scene& on, queue_handle queue) {
  std::array<receipt_handle, batch> receipts;
  std::array<errc, batch> deleted;
  const received got = on.c.receive(queue, {.max_messages = batch}).value();
  expect(got.size() == batch, "messages are missing");
  for (std::size_t k = 0; k < batch; ++k) receipts[k] = got[k].receipt;
  on.c.delete_batch(queue, receipts, deleted).value();
  expect(deleted.back() == errc::ok, "a delete failed");
}

template <std::size_t Queues>
void publish(std::size_t rounds) {
  scene on(Queues);
  topic_client topics(on.c);
  std::vector<publish_entry> entries(batch);
  for (publish_entry& e : entries) e.message = as_bytes(on.body);
  std::array<publish_result, batch> results;
  for (std::size_t i = 0; i < rounds; ++i) {
    topics.publish(on.topic, entries, results).value();
    expect(results.back().status == errc::ok, "a publish failed");
    for (const queue_handle queue : on.queues) drain(on, queue);
  }
}

constexpr std::array paths = {
    hot_path{"topic.publish_10_to_1_queue", 500, publish<1>},
    hot_path{"topic.publish_10_to_10_queues", 100, publish<10>},
};

}  // namespace

std::span<const hot_path> topic_paths() { return paths; }

}  // namespace millrace::bench
