// A deep queue: what it weighs, and what receiving from its head costs.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string>

#include "cycle/bench_engine.hpp"
#include "cycle/cycle_bench.hpp"
#include "process/cpu_time.hpp"
#include "process/realtime.hpp"

namespace millrace::perf {

namespace {

constexpr std::uint64_t patience_ns = 60'000'000'000;

[[noreturn]] void throw_filling(errc why) {
  throw std::runtime_error("filling: " + std::string(to_string(why)));
}

/// Sends `count` messages (a multiple of ten) in synchronous batches, numbered from `first`.
void fill(client& caller, queue_handle queue, std::size_t body_bytes, std::uint64_t first,
          std::uint64_t count) {
  std::array<std::vector<std::byte>, batch_entries_max> bodies;
  std::array<send_entry, batch_entries_max> entries;
  std::array<send_result, batch_entries_max> sent;
  for (std::size_t i = 0; i < batch_entries_max; ++i) {
    bodies[i] = cycle_chains::make_body(body_bytes);
    entries[i].body = bodies[i];
  }
  for (std::uint64_t done = 0; done < count; done += batch_entries_max) {
    for (std::size_t i = 0; i < batch_entries_max; ++i) {
      cycle_chains::put_sequence(bodies[i].data(), first + done + i);
    }
    const auto answer = caller.send_batch(queue, entries, sent);
    if (!answer.has_value()) throw_filling(answer.error());
    for (const send_result& each : sent) {
      if (each.status != errc::ok) throw_filling(each.status);
    }
  }
}

std::uint64_t own_resident_bytes() { return resident_bytes(getpid()).value_or(0); }

}  // namespace

backlog_result run_backlog(const backlog_settings& settings) {
  backlog_result result;
  result.resident_before = own_resident_bytes();
  bench_engine bench(settings.threading, settings.realtime);
  client caller = bench.connect();
  bench.keep_off_the_lane();
  const queue_handle queue = bench.queue(caller);
  cycle_chains chains(caller, queue,
                      {.body_bytes = settings.body_bytes,
                       .batch = settings.batch,
                       .outstanding = settings.outstanding,
                       .sends = false});
  const auto cpu = [&] {
    const pid_t lane = bench.lane_thread();
    return thread_cpu_ns() + (lane == 0 ? 0 : thread_cpu_ns(lane).value_or(0));
  };
  std::uint64_t to_fill = settings.depth, filled = 0;
  for (;;) {
    fill(caller, queue, settings.body_bytes, filled, to_fill);
    filled += to_fill;
    if (result.resident_filled == 0) result.resident_filled = own_resident_bytes();
    to_fill = std::min(settings.depth, settings.drain - result.drained);
    if (to_fill == 0) break;
    std::optional<realtime_burst> burst;
    if (settings.realtime) burst.emplace(realtime_priority);
    const std::uint64_t cpu_before = cpu(), started = monotonic_ns();
    chains.allow(to_fill / settings.batch);
    while (chains.turn()) {
      bench.poll_lane();
      if (monotonic_ns() - started > patience_ns) throw std::runtime_error("draining does not end");
    }
    result.drain_seconds += static_cast<double>(monotonic_ns() - started) / 1e9;
    result.drain_cpu_ns += cpu() - cpu_before;
    result.drained += to_fill;
    if (result.drained >= settings.drain) break;
  }
  result.payload_bytes = settings.depth * settings.body_bytes;
  result.tally = chains.tally();
  return result;
}

}  // namespace millrace::perf
