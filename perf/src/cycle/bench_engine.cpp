#include "cycle/bench_engine.hpp"

#include <sched.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "cycle/require.hpp"
#include "process/cpu_time.hpp"
#include "process/realtime.hpp"

namespace millrace::perf {

bench_engine::bench_engine(thread_mode threading, bool realtime)
    : threading_(threading), realtime_(realtime) {
  options chosen;
  chosen.lanes = 1;
  chosen.threading = threading;
  chosen.seed = 1;
  chosen.on_thread_start = note_thread;
  chosen.thread_context = this;
  engine_ = require(engine::open(chosen), "engine::open");
  constexpr std::uint64_t patience_ns = 5'000'000'000;
  const std::uint64_t give_up = monotonic_ns() + patience_ns;
  while (threading == thread_mode::own && lane_thread_ == 0) {
    if (monotonic_ns() > give_up) throw std::runtime_error("the lane's thread did not start");
    usleep(100);
  }
}

void bench_engine::note_thread(std::uint32_t, void* self) {
  auto& bench = *static_cast<bench_engine*>(self);
  if (bench.realtime_) enter_realtime(realtime_priority);
  bench.lane_thread_ = gettid();
}

client bench_engine::connect() { return require(engine_.connect(), "engine::connect"); }

queue_handle bench_engine::queue(client& caller, bool fifo) {
  queue_attributes attributes;
  attributes.visibility_timeout = 43200;
  attributes.fifo_queue = fifo;
  return require(
      caller.create_queue(fifo ? "bench.fifo" : "bench", attributes, given_all | given_fifo_queue),
      "create_queue");
}

void bench_engine::keep_off_the_lane() const noexcept {
  cpu_set_t of_lane, wanted;
  if (lane_thread_ == 0) return;
  if (sched_getaffinity(lane_thread_, sizeof of_lane, &of_lane) != 0) return;
  if (sched_getaffinity(0, sizeof wanted, &wanted) != 0) return;
  if (CPU_COUNT(&of_lane) != 1) return;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &of_lane)) CPU_CLR(cpu, &wanted);
  }
  if (CPU_COUNT(&wanted) > 0) sched_setaffinity(0, sizeof wanted, &wanted);
}

}  // namespace millrace::perf
