// The inbox beside queues that producers share: boost::lockfree::queue, moodycamel's
// ConcurrentQueue and a deque behind a mutex. Times are per item of 64 bytes (the counter
// ns_per_item); what runs on two threads runs as a burst on two pinned cores (burst.hpp), where the
// label says if it was real-time. Run with --benchmark_enable_random_interleaving=true to compare.
#include <benchmark/benchmark.h>

#include <concurrentqueue/concurrentqueue.h>
#include <array>
#include <boost/lockfree/queue.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "burst.hpp"
#include "sync/inbox.hpp"

namespace {

using millrace::bench::burst_result;
using millrace::bench::run_burst;

constexpr std::size_t producers = 2;
constexpr std::size_t batch_max = 64;

struct item {
  std::array<std::uint64_t, 8> words;
};
using batch = std::span<const item>;

/// One face for all: push(producer, batch) and pop(at most), both return how many.
class inboxes {
 public:
  explicit inboxes(std::size_t room) {
    for (auto& box : boxes_) box = std::make_unique<millrace::sync::inbox<item>>(room);
  }
  std::size_t push(std::size_t producer, batch items) {
    return items.size() == 1 ? boxes_[producer]->push(items[0]) : boxes_[producer]->push(items);
  }
  std::size_t pop(std::size_t most) {
    std::size_t got = 0;
    for (auto& box : boxes_) {
      got += box->drain([](const item& i) { benchmark::DoNotOptimize(i.words[0]); }, most - got);
    }
    return got;
  }

 private:
  std::array<std::unique_ptr<millrace::sync::inbox<item>>, producers> boxes_;
};

class boost_queue {
 public:
  explicit boost_queue(std::size_t room) : queue_(producers * room) {}
  std::size_t push(std::size_t, batch items) {
    std::size_t done = 0;
    while (done < items.size() && queue_.bounded_push(items[done])) ++done;
    return done;
  }
  std::size_t pop(std::size_t most) {
    item i;
    std::size_t got = 0;
    for (; got < most && queue_.pop(i); ++got) benchmark::DoNotOptimize(i.words[0]);
    return got;
  }

 private:
  boost::lockfree::queue<item> queue_;
};

class moodycamel_queue {
 public:
  explicit moodycamel_queue(std::size_t room) : queue_(room, producers, 0), out_(queue_) {
    for (std::size_t p = 0; p < producers; ++p) in_.emplace_back(queue_);
  }
  std::size_t push(std::size_t producer, batch items) {
    if (items.size() == 1) return queue_.try_enqueue(in_[producer], items[0]) ? 1 : 0;
    const bool done = queue_.try_enqueue_bulk(in_[producer], items.data(), items.size());
    return done ? items.size() : 0;
  }
  std::size_t pop(std::size_t most) {
    std::array<item, batch_max> out;
    const std::size_t got = queue_.try_dequeue_bulk(out_, out.data(), std::min(most, out.size()));
    for (std::size_t i = 0; i < got; ++i) benchmark::DoNotOptimize(out[i].words[0]);
    return got;
  }

 private:
  moodycamel::ConcurrentQueue<item> queue_;
  std::vector<moodycamel::ProducerToken> in_;
  moodycamel::ConsumerToken out_;
};

class mutex_deque {
 public:
  explicit mutex_deque(std::size_t) {}
  std::size_t push(std::size_t, batch items) {
    const std::lock_guard lock(mutex_);
    queue_.insert(queue_.end(), items.begin(), items.end());
    return items.size();
  }
  std::size_t pop(std::size_t most) {
    const std::lock_guard lock(mutex_);
    const std::size_t got = std::min(most, queue_.size());
    for (std::size_t i = 0; i < got; ++i) benchmark::DoNotOptimize(queue_[i].words[0]);
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(got));
    return got;
  }

 private:
  std::mutex mutex_;
  std::deque<item> queue_;
};

template <class Queue>
void push_all(Queue& queue, std::size_t producer, std::size_t count, std::size_t size) {
  std::array<item, batch_max> items{};
  for (std::size_t i = 0; i < count;) {
    for (std::size_t k = 0; k < size; ++k) items[k].words.fill(i + k);
    i += queue.push(producer, batch(items.data(), std::min(size, count - i)));
  }
}

/// Seconds an item, printed as ns.
benchmark::Counter per_item(std::size_t items) {
  return {static_cast<double>(items),
          benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert};
}

void report(benchmark::State& state, const burst_result& burst, std::size_t items) {
  state.SetIterationTime(static_cast<double>(burst.ns) * 1e-9);
  state.SetLabel(burst.realtime ? "fifo" : "not real-time");
  state.counters["per_item"] = per_item(items);
  millrace::bench::rest_after_burst();
}

/// Two producers at once into room that was touched before; nobody takes anything out meanwhile.
template <class Queue>
void two_producers(benchmark::State& state) {
  constexpr std::size_t count = 50'000;
  if (!millrace::bench::has_two_cores()) return state.SkipWithError("needs two cores");
  const auto size = static_cast<std::size_t>(state.range(0));
  Queue queue(count + batch_max);
  const auto fill = [&](std::size_t p) { push_all(queue, p, count, size); };
  const auto empty = [&] {
    while (queue.pop(batch_max) != 0) {
    }
  };
  fill(0);
  fill(1);
  empty();
  for ([[maybe_unused]] auto turn : state) {
    const burst_result burst =
        run_burst({{.core = 0, .body = [&] { fill(0); }}, {.core = 1, .body = [&] { fill(1); }}});
    report(state, burst, producers * count);
    empty();
  }
}

/// One producer and the consumer at once.
template <class Queue>
void to_consumer(benchmark::State& state) {
  constexpr std::size_t count = 200'000;
  if (!millrace::bench::has_two_cores()) return state.SkipWithError("needs two cores");
  const auto size = static_cast<std::size_t>(state.range(0));
  Queue queue(1024);
  const auto take = [&] {
    for (std::size_t got = 0; got < count;) got += queue.pop(batch_max);
  };
  for ([[maybe_unused]] auto turn : state) {
    const burst_result burst = run_burst(
        {{.core = 0, .body = [&] { push_all(queue, 0, count, size); }}, {.core = 1, .body = take}});
    report(state, burst, count);
  }
}

/// One thread pushes and takes out again: the instructions without the other core.
template <class Queue>
void alone(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  Queue queue(1024);
  for ([[maybe_unused]] auto turn : state) {
    push_all(queue, 0, size, size);
    benchmark::DoNotOptimize(queue.pop(size));
  }
  state.counters["per_item"] = per_item(size);
}

void batches(benchmark::internal::Benchmark* one) {
  one->ArgName("batch")->Arg(1)->Arg(10)->Arg(64);
}
void bursts(benchmark::internal::Benchmark* one) {
  batches(one);
  one->UseManualTime()->Iterations(9);
}

BENCHMARK(two_producers<inboxes>)->Apply(bursts);
BENCHMARK(two_producers<boost_queue>)->Apply(bursts);
BENCHMARK(two_producers<moodycamel_queue>)->Apply(bursts);
BENCHMARK(two_producers<mutex_deque>)->Apply(bursts);
BENCHMARK(to_consumer<inboxes>)->Apply(bursts);
BENCHMARK(to_consumer<boost_queue>)->Apply(bursts);
BENCHMARK(to_consumer<moodycamel_queue>)->Apply(bursts);
BENCHMARK(to_consumer<mutex_deque>)->Apply(bursts);
BENCHMARK(alone<inboxes>)->Apply(batches);
BENCHMARK(alone<boost_queue>)->Apply(batches);
BENCHMARK(alone<moodycamel_queue>)->Apply(batches);
BENCHMARK(alone<mutex_deque>)->Apply(batches);

}  // namespace
