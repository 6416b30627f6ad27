// One producer, two consumers that see everything: the broadcast ring beside a copy into a queue
// for each consumer. Both consumers share one core and yield it when they find nothing, because
// the harness owns two cores.
#include <sched.h>

#include <memory>

#include "ring_adapters.hpp"
#include "ring_cases.hpp"
#include "ring_transfer.hpp"

namespace millrace::bench {
namespace {

constexpr std::size_t size = 64;
constexpr std::size_t ring_bytes = 256 << 10;
constexpr std::uint64_t records = 200'000;

/// The ring with two tethered readers.
class broadcast_pair {
 public:
  static constexpr const char* name = "millrace";
  broadcast_pair()
      : memory_(ring_bytes),
        ring_(memory_.words()),
        readers_{reader::join(ring_), reader::join(ring_)} {}

  std::size_t push(std::uint64_t first, std::size_t count) noexcept {
    auto frame = ring_.try_claim(static_cast<std::uint32_t>(count), size);
    if (!frame) return 0;
    for (std::size_t i = 0; i < count; ++i) fill_record(frame.next().data(), size, first + i);
    ring_.publish(frame);
    return count;
  }
  std::size_t pop(std::size_t consumer, record_checker& checker) noexcept {
    record_checker local = checker;
    const std::size_t got = readers_[consumer]->poll(
        poll_limit, [&](std::span<const std::byte> r) { local.see(r.data(), size); });
    checker = local;
    return got;
  }

 private:
  using ring = sync::broadcast_ring<sync::std_sync>;
  using reader = sync::tethered_reader<sync::std_sync, ring>;
  ring_memory memory_;
  ring ring_;
  std::array<std::optional<reader>, 2> readers_;
};

/// A boost spsc_queue for each consumer, filled in bulk, one after the other.
class queue_pair {
 public:
  static constexpr const char* name = "boost_spsc_bulk_copied";
  queue_pair() : queues_{queue(ring_bytes / size), queue(ring_bytes / size)} {}

  std::size_t push(std::uint64_t first, std::size_t count) noexcept {
    if (queues_[0].write_available() < count || queues_[1].write_available() < count) return 0;
    for (std::size_t i = 0; i < count; ++i) {
      fill_record(items_[i].bytes.data(), size, first + i);
    }
    for (queue& each : queues_) each.push(items_.data(), count);
    return count;
  }
  std::size_t pop(std::size_t consumer, record_checker& checker) noexcept {
    record_checker local = checker;
    const std::size_t got = queues_[consumer].consume_all(
        [&](const record<size>& item) { local.see(item.bytes.data(), size); });
    checker = local;
    return got;
  }

 private:
  using queue = boost::lockfree::spsc_queue<record<size>>;
  std::array<queue, 2> queues_;
  std::array<record<size>, batch_max> items_;
};

template <class Pair>
void measure(ring_series& series, std::size_t batch) {
  const auto pair = std::make_unique<Pair>();
  std::array<record_checker, 2> checkers;
  const auto consume = [&](std::size_t consumer) {
    while (checkers[consumer].next() < records) {
      if (pair->pop(consumer, checkers[consumer]) == 0) sched_yield();
    }
  };
  const burst_result burst = run_burst({
      {0,
       [&] {
         for (std::uint64_t sent = 0; sent < records;) {
           const std::size_t want = std::min<std::uint64_t>(batch, records - sent);
           const std::size_t got = pair->push(sent, want);
           if (got == 0) sync::cpu_pause();
           sent += got;
         }
       }},
      {1, [&] { consume(0); }},
      {1, [&] { consume(1); }},
  });
  series.count(burst, checkers[0].errors() + checkers[1].errors());
  series.add("fanout.b" + std::to_string(batch) + "." + Pair::name,
             static_cast<double>(burst.ns) / records);
}

}  // namespace

void run_fanout(ring_series& series) {
  for (const std::size_t batch : {std::size_t{1}, std::size_t{10}, std::size_t{64}}) {
    series.run_interleaved({
        {[&, batch] { measure<broadcast_pair>(series, batch); }},
        {[&, batch] { measure<queue_pair>(series, batch); }},
    });
  }
}

}  // namespace millrace::bench
