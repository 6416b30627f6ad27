// One slot that two pinned threads write in turns: odd values by one, even ones by the other.

#include "process/core_distance.hpp"

#include <sched.h>

#include <atomic>
#include <thread>

#include "process/cpu_time.hpp"
#include "process/realtime.hpp"

namespace millrace::perf {

namespace {

constexpr std::uint64_t burst_ns = 10'000'000;
constexpr std::uint64_t burst_trips_max = 1'000'000;

struct alignas(128) slot {
  std::atomic<std::uint64_t> value{0};
};

struct cpu_pair {
  std::size_t first = 0, second = 0;
};

std::optional<cpu_pair> two_processors() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return std::nullopt;
  std::optional<std::size_t> first;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    if (first) return cpu_pair{*first, cpu};
    first = cpu;
  }
  return std::nullopt;
}

void pin(std::size_t cpu) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(cpu, &only);
  sched_setaffinity(0, sizeof only, &only);
}

constexpr std::uint64_t stop = ~0ull;

void answer(slot& line, std::size_t cpu) {
  pin(cpu);
  const realtime_burst burst(10);
  std::uint64_t expected = 1;
  for (;;) {
    const std::uint64_t seen = line.value.load(std::memory_order_acquire);
    if (seen == stop) return;
    if (seen != expected) continue;
    line.value.store(expected + 1, std::memory_order_release);
    expected += 2;
  }
}

double ask(slot& line, std::size_t cpu) {
  pin(cpu);
  const realtime_burst burst(10);
  std::uint64_t trips = 0;
  const auto trip = [&] {
    line.value.store(2 * trips + 1, std::memory_order_release);
    while (line.value.load(std::memory_order_acquire) != 2 * trips + 2) {
    }
    ++trips;
  };
  trip();  // both threads are there
  const std::uint64_t started = monotonic_ns();
  std::uint64_t now = started;
  while (now - started < burst_ns && trips < burst_trips_max) {
    for (int i = 0; i < 100; ++i) trip();
    now = monotonic_ns();
  }
  line.value.store(stop, std::memory_order_release);
  return static_cast<double>(now - started) / static_cast<double>(trips - 1);
}

}  // namespace

std::optional<double> core_round_trip_ns() {
  const auto processors = two_processors();
  if (!processors) return std::nullopt;
  slot line;
  double result = 0;
  std::thread answerer([&] { answer(line, processors->first); });
  std::thread asker([&] { result = ask(line, processors->second); });
  asker.join();
  answerer.join();
  return result;
}

}  // namespace millrace::perf
