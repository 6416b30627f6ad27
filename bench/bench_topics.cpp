// Topics in one process, on one thread, in memory: batches of ten messages of 1 KiB published to as
// many queues as the argument says, raw or as a notification for each, and taken out of them.
// Beside it what as many sends of the same batches to the same queues cost. Items are messages in
// queues;
// `..._alone` counts the time of publishing or sending alone.
#include <benchmark/benchmark.h>

#include <array>
#include <ctime>
#include <millrace/millrace.hpp>
#include <string>
#include <vector>

namespace {

using namespace millrace;

constexpr std::size_t batch = 10;
constexpr std::size_t rounds_before_draining = 100;

/// Seconds of this thread's processor.
double cpu_seconds() noexcept {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

struct scene {
  scene(std::size_t queue_count, bool raw) {
    options o;
    o.memory_max = std::uint64_t{4} << 30;
    e = engine::open(o).value();
    c = e.connect().value();
    topic_client topics(c);
    topic = topics.create_topic("bench").value();
    for (std::size_t i = 0; i < queue_count; ++i) {
      const std::string name = "bench-" + std::to_string(i);
      queues.push_back(c.create_queue(name).value());
      subscription_settings wanted;
      wanted.endpoint = name;
      wanted.raw = raw;
      topics.subscribe(topic, wanted).value();
    }
    for (publish_entry& p : published) {
      p.message = as_bytes(body);
      p.notification = as_bytes(notification);
      p.subscription_at = 10;
    }
    for (send_entry& s : sent) s.body = as_bytes(body);
  }
  void publish() { topic_client(c).publish(topic, published, publish_results).value(); }
  void send() {
    for (const queue_handle queue : queues) c.send_batch(queue, sent, send_results).value();
  }
  /// Takes all out; false: not as many as there must be.
  bool drain(std::size_t rounds) {
    std::array<receipt_handle, batch> receipts;
    std::array<errc, batch> deleted;
    for (const queue_handle queue : queues) {
      for (std::size_t i = 0; i < rounds; ++i) {
        const received got = c.receive(queue, {.max_messages = batch}).value();
        if (got.size() != batch) return false;
        for (std::size_t k = 0; k < batch; ++k) receipts[k] = got[k].receipt;
        c.delete_batch(queue, receipts, deleted).value();
      }
    }
    return true;
  }

  engine e;
  client c;
  topic_handle topic;
  std::vector<queue_handle> queues;
  const std::string body = std::string(1024, 'x');
  const std::string notification = std::string(1600, 'y');
  std::array<publish_entry, batch> published;
  std::array<publish_result, batch> publish_results;
  std::array<send_entry, batch> sent;
  std::array<send_result, batch> send_results;
};

template <class Put>
void run(benchmark::State& state, bool raw, bool alone, Put&& put) {
  const auto queues = static_cast<std::size_t>(state.range(0));
  scene on(queues, raw);
  for (auto _ : state) {
    const double began = cpu_seconds();
    for (std::size_t i = 0; i < rounds_before_draining; ++i) put(on);
    const double ended = cpu_seconds();
    if (!on.drain(rounds_before_draining)) state.SkipWithError("messages are missing");
    state.SetIterationTime((alone ? ended : cpu_seconds()) - began);
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(queues * batch * rounds_before_draining));
}

void publish(benchmark::State& state) {
  run(state, true, false, [](scene& on) { on.publish(); });
}
void publish_alone(benchmark::State& state) {
  run(state, true, true, [](scene& on) { on.publish(); });
}
void notify_alone(benchmark::State& state) {
  run(state, false, true, [](scene& on) { on.publish(); });
}
void send_alone(benchmark::State& state) {
  run(state, true, true, [](scene& on) { on.send(); });
}

BENCHMARK(publish)->Arg(1)->Arg(10)->UseManualTime();
BENCHMARK(publish_alone)->Arg(1)->Arg(10)->UseManualTime();
BENCHMARK(notify_alone)->Arg(1)->Arg(10)->UseManualTime();
BENCHMARK(send_alone)->Arg(1)->Arg(10)->UseManualTime();

}  // namespace

BENCHMARK_MAIN();
