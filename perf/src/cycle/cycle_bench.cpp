// Every producer runs through the same phases together: warm-up, a measured window in which nothing
// starts or stops, and the end of all chains. Reading CPU clocks is a system call, so that it is
// done outside of the counted window.

#include "cycle/cycle_bench.hpp"

#include <unistd.h>

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>

#include "cycle/bench_engine.hpp"
#include "process/cpu_time.hpp"
#include "process/realtime.hpp"
#include "process/syscall_count.hpp"

namespace millrace::perf {

namespace {

constexpr std::uint64_t patience_ns = 30'000'000'000;
std::uint64_t (*allocation_total)() noexcept = nullptr;

enum class phase : int { warm_up, measured, ending };

/// One producer's part, written by its own thread; read by others after it was joined, but for
/// `thread`, which is set when the producer is ready or has failed.
struct producer {
  std::atomic<pid_t> thread{0};
  std::uint64_t cycles = 0;
  cycle_tally tally;
  std::exception_ptr failure;
};

struct shared_run {
  bench_engine& bench;
  const cycle_settings& settings;
  std::atomic<phase> now{phase::warm_up};
};

void run_chains(shared_run& run, producer& self, std::size_t index) {
  client caller = run.bench.connect();
  const queue_handle queue = run.bench.queue(caller, run.settings.groups != 0);
  const cycle_settings& chosen = run.settings;
  cycle_chains chains(caller, queue,
                      {.body_bytes = chosen.body_bytes,
                       .batch = chosen.batch,
                       .outstanding = chosen.outstanding,
                       .first_sequence = static_cast<std::uint64_t>(index) << 48,
                       .groups = chosen.groups});
  run.bench.keep_off_the_lane();
  std::optional<realtime_burst> burst;
  if (chosen.realtime) burst.emplace(realtime_priority);
  self.thread = gettid();
  phase seen = phase::warm_up;
  std::uint64_t cycles_before = 0, give_up = ~0ull;
  chains.allow(~0ull);
  for (;;) {
    const bool at_work = chains.turn();
    run.bench.poll_lane();
    const phase now = run.now.load(std::memory_order_relaxed);
    if (now != seen) {
      if (now == phase::measured) cycles_before = chains.tally().cycles;
      if (now == phase::ending) {
        self.cycles = chains.tally().cycles - cycles_before;
        chains.allow(0);
        give_up = monotonic_ns() + patience_ns;
      }
      seen = now;
    }
    if (seen != phase::ending) continue;
    if (!at_work) break;
    if (monotonic_ns() > give_up) throw std::runtime_error("a cycle does not end");
  }
  self.tally = chains.tally();
}

void sleep_seconds(double seconds) { usleep(static_cast<useconds_t>(seconds * 1e6)); }

std::uint64_t cpu_of(pid_t thread) { return thread_cpu_ns(thread).value_or(0); }

std::uint64_t cpu_of(const std::vector<std::unique_ptr<producer>>& producers) {
  std::uint64_t sum = 0;
  for (const auto& each : producers) sum += cpu_of(each->thread);
  return sum;
}

/// Follows the producers from a thread that takes no part; fills what is measured from outside.
void watch_window(shared_run& run, const std::vector<std::unique_ptr<producer>>& producers,
                  cycle_result& result) {
  sleep_seconds(run.settings.warm_up_seconds);
  std::vector<pid_t> traced;
  for (const auto& each : producers) traced.push_back(each->thread);
  if (run.bench.lane_thread() != 0) traced.push_back(run.bench.lane_thread());
  std::unique_ptr<syscall_counter> calls;
  if (run.settings.count_calls) calls = std::make_unique<syscall_counter>(traced);
  if (calls != nullptr) sleep_seconds(0.1);  // what attaching disturbed has settled
  const std::uint64_t caller_before = cpu_of(producers);
  const std::uint64_t lane_before = cpu_of(run.bench.lane_thread());
  const std::uint64_t allocations_before = allocation_total == nullptr ? 0 : allocation_total();
  if (calls != nullptr) calls->begin();
  const std::uint64_t started = monotonic_ns();
  run.now = phase::measured;
  sleep_seconds(run.settings.seconds);
  run.now = phase::ending;
  const std::uint64_t ended = monotonic_ns();
  if (calls != nullptr) calls->end();
  if (allocation_total != nullptr) result.allocations = allocation_total() - allocations_before;
  result.seconds = static_cast<double>(ended - started) / 1e9;
  result.caller_cpu_ns = cpu_of(producers) - caller_before;
  if (run.bench.lane_thread() != 0) {
    result.lane_cpu_ns = cpu_of(run.bench.lane_thread()) - lane_before;
  }
  if (calls == nullptr || !calls->attached()) return;
  result.system_calls = 0;
  for (std::size_t i = 0; i < traced.size(); ++i) {
    *result.system_calls += calls->count(i);
    result.system_calls_to_wait += calls->count_of_waits(i);
  }
}

bool all_ready(const std::vector<std::unique_ptr<producer>>& producers) {
  for (const auto& each : producers) {
    if (each->thread == 0) return false;
  }
  return true;
}

void rethrow_failures(const std::vector<std::unique_ptr<producer>>& producers) {
  for (const auto& each : producers) {
    if (each->failure != nullptr) std::rethrow_exception(each->failure);
  }
}

}  // namespace

void set_allocation_counter(std::uint64_t (*total)() noexcept) noexcept {
  allocation_total = total;
}

cycle_result run_cycles(const cycle_settings& settings) {
  if (settings.realtime && (settings.producers != 1 || settings.count_calls)) {
    throw std::runtime_error("a realtime burst has one producer and leaves no room for a tracer");
  }
  bench_engine bench(settings.threading, settings.realtime);
  std::optional<realtime_burst> above_all;
  if (settings.realtime) above_all.emplace(realtime_priority + 10);
  shared_run run{bench, settings};
  std::vector<std::unique_ptr<producer>> producers;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < settings.producers; ++i) {
    producers.push_back(std::make_unique<producer>());
    threads.emplace_back([&run, &self = *producers.back(), i] {
      try {
        run_chains(run, self, i);
      } catch (...) {
        self.failure = std::current_exception();
        self.thread = gettid();
      }
    });
  }
  while (!all_ready(producers)) usleep(500);
  cycle_result result;
  result.realtime = above_all && above_all->active();
  watch_window(run, producers, result);
  for (std::thread& each : threads) each.join();
  rethrow_failures(producers);
  for (const auto& each : producers) {
    result.cycles += each->cycles;
    result.tally.add(each->tally);
  }
  result.messages = result.cycles * settings.batch;
  return result;
}

}  // namespace millrace::perf
