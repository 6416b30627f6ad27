// Two producers at once, no consumer running: an inbox for each beside one queue for both. 64-byte
// items, one call an item. Each round fills what was emptied before, outside the measured time;
// each producer empties half, so that no other core's cache holds an inbox, as when none reads it.
#include <boost/lockfree/queue.hpp>
#include <memory>

#include "ring_adapters.hpp"
#include "ring_cases.hpp"
#include "sync/backoff.hpp"
#include "sync/inbox.hpp"

namespace millrace::bench {
namespace {

using item = record<64>;
constexpr std::uint64_t items = 4096;  ///< of each producer in a round
constexpr int rounds = 12;

class inbox_mesh {
 public:
  static constexpr const char* name = "millrace_inboxes";
  bool push(std::size_t producer, const item& value) noexcept {
    return inboxes_[producer].push(value);
  }
  std::size_t drain(std::size_t producer) noexcept {
    return inboxes_[producer].drain([](item&) {}, items);
  }

 private:
  std::array<sync::inbox<item>, 2> inboxes_{sync::inbox<item>(items), sync::inbox<item>(items)};
};

class shared_queue {
 public:
  static constexpr const char* name = "boost_queue";
  bool push(std::size_t, const item& value) noexcept { return queue_.bounded_push(value); }
  std::size_t drain(std::size_t) noexcept {
    std::size_t drained = 0;
    while (drained < items && queue_.consume_one([](const item&) {})) ++drained;
    return drained;
  }

 private:
  boost::lockfree::queue<item> queue_{2 * items};
};

template <class Mesh>
void measure(ring_series& series) {
  const auto mesh = std::make_unique<Mesh>();
  std::array<std::uint64_t, 2> refused{};
  std::array<std::uint64_t, 2> drained{};
  std::array<std::uint64_t, rounds> round_ns{};
  std::atomic<int> arrived{0};
  const auto meet = [&](int round) {  // both cores are ours: spinning is right
    arrived.fetch_add(1, std::memory_order_acq_rel);
    while (arrived.load(std::memory_order_acquire) < 2 * round) sync::cpu_pause();
  };
  const auto produce = [&](std::size_t producer) {
    item value{};
    int meeting = 0;
    for (int round = 0; round < rounds; ++round) {
      meet(++meeting);
      const std::uint64_t start = now_ns();
      for (std::uint64_t i = 0; i < items; ++i) {
        fill_record(value.bytes.data(), sizeof value.bytes, i);
        refused[producer] += mesh->push(producer, value) ? 0U : 1U;
      }
      meet(++meeting);
      if (producer == 0) round_ns[static_cast<std::size_t>(round)] = now_ns() - start;
      drained[producer] += mesh->drain(producer);
    }
  };
  const burst_result burst = run_burst({{0, [&] { produce(0); }}, {1, [&] { produce(1); }}});
  const std::uint64_t lost = 2 * rounds * items - drained[0] - drained[1];
  series.count(burst, refused[0] + refused[1] + lost);
  // the first two rounds touch the memory
  std::vector<double> costs;
  for (int round = 2; round < rounds; ++round) {
    costs.push_back(static_cast<double>(round_ns[static_cast<std::size_t>(round)]) / (2 * items));
  }
  std::nth_element(costs.begin(), costs.begin() + rounds / 2 - 1, costs.end());
  series.add(std::string("mesh.") + Mesh::name, costs[rounds / 2 - 1]);
}

}  // namespace

void run_mesh(ring_series& series) {
  series.run_interleaved({
      {[&] { measure<inbox_mesh>(series); }},
      {[&] { measure<shared_queue>(series); }},
  });
}

}  // namespace millrace::bench
