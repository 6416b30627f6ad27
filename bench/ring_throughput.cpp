// Throughput of one producer and one consumer, beside other queues.
#include <memory>

#include "ring_adapters.hpp"
#include "ring_cases.hpp"
#include "ring_transfer.hpp"

namespace millrace::bench {
namespace {

constexpr std::size_t ring_bytes = 1 << 20;
constexpr double burst_ns = 8e6;

/// What consumers of cursor queues do when they find nothing, unless the row says otherwise.
using plain = sync::latency_backoff;
using patient = sync::throughput_backoff;

template <class Backoff, class Queue>
ring_series::competitor transfer_of(ring_series& series, const std::string& cell, std::size_t batch,
                                    const std::string& suffix = "") {
  auto queue = std::make_shared<std::unique_ptr<Queue>>();
  auto records = std::make_shared<std::uint64_t>(0);
  const std::string name = cell + Queue::name + suffix;
  return {[&series, queue, records, name, batch] {
    transfer_plan plan{.batch = batch};
    if (*records == 0) {
      auto trial = std::make_unique<Queue>(ring_bytes);
      *records = records_for<Backoff>(*trial, plan, burst_ns);
    }
    *queue = std::make_unique<Queue>(ring_bytes);
    plan.records = *records;
    const transfer_result got = run_transfer<Backoff>(**queue, plan);
    queue->reset();
    series.count(got.burst, got.errors);
    series.add(name, got.ns_per_record);
  }};
}

template <std::size_t Size>
void run_size(ring_series& series) {
  for (const std::size_t batch : {std::size_t{1}, std::size_t{10}, std::size_t{64}}) {
    const std::string cell =
        "throughput.s" + std::to_string(Size) + ".b" + std::to_string(batch) + ".";
    series.run_interleaved({
        transfer_of<patient, broadcast_adapter<Size>>(series, cell, batch),
        transfer_of<plain, boost_single_adapter<Size>>(series, cell, batch),
        transfer_of<patient, boost_single_adapter<Size>>(series, cell, batch, "_patient"),
        transfer_of<plain, boost_bulk_adapter<Size>>(series, cell, batch),
        transfer_of<patient, boost_bulk_adapter<Size>>(series, cell, batch, "_patient"),
        transfer_of<plain, concurrent_queue_adapter<Size>>(series, cell, batch),
        transfer_of<plain, reader_writer_adapter<Size>>(series, cell, batch),
        transfer_of<plain, mutex_deque_adapter<Size>>(series, cell, batch),
    });
  }
}

}  // namespace

void run_throughput(ring_series& series) {
  run_size<8>(series);
  run_size<64>(series);
  run_size<256>(series);
  run_size<1024>(series);
}

}  // namespace millrace::bench
