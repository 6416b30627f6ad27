#include "cycle/queue_bench.hpp"

#include <unistd.h>

#include <filesystem>
#include <millrace/engine.hpp>
#include <stdexcept>

#include "cycle/require.hpp"
#include "process/cpu_time.hpp"

namespace millrace::perf {

namespace {

constexpr std::uint64_t patience_ns = 300'000'000'000;

/// As long as names are, so that they are stored outside of a std::string.
std::string name_of(std::uint64_t number) {
  return "customer-" + std::to_string(1'000'000'000 + number) + "-orders";
}

std::size_t entries_of(const char* directory) {
  std::size_t count = 0;
  for (const auto& each : std::filesystem::directory_iterator(directory)) {
    static_cast<void>(each);
    ++count;
  }
  return count;
}

/// Creates all, `outstanding` at a time.
void create(engine& bench, client& caller, const queues_settings& settings) {
  const std::uint64_t give_up = monotonic_ns() + patience_ns;
  std::uint64_t asked = 0, made = 0;
  errc wrong = errc::ok;
  while (made < settings.count) {
    while (asked < settings.count && asked - made < settings.outstanding) {
      const auto done = caller.submit_create_queue(name_of(asked), {}, given_nothing, asked);
      if (!done.has_value()) throw std::runtime_error(std::string(to_string(done.error())));
      ++asked;
    }
    if (settings.threading == thread_mode::none) bench.poll(0);
    caller.poll([&](const completion& c) {
      if (c.status != errc::ok) wrong = c.status;
      ++made;
    });
    if (wrong != errc::ok) throw std::runtime_error(std::string(to_string(wrong)));
    if (monotonic_ns() > give_up) throw std::runtime_error("not all queues are made");
  }
}

std::uint64_t own_resident_bytes() { return resident_bytes(getpid()).value_or(0); }

}  // namespace

queues_result run_queues(const queues_settings& settings) {
  options chosen;
  chosen.lanes = 1;
  chosen.threading = settings.threading;
  chosen.seed = 1;
  chosen.data_dir = settings.data_dir;
  chosen.level = settings.level;
  engine bench = require(engine::open(chosen), "engine::open");
  client caller = require(bench.connect(), "engine::connect");
  static_cast<void>(require(caller.create_queue("first"), "create_queue"));

  queues_result result;
  result.resident_before = own_resident_bytes();
  const std::size_t threads = entries_of("/proc/self/task"), files = entries_of("/proc/self/fd");
  const std::uint64_t started = monotonic_ns();
  create(bench, caller, settings);
  result.seconds = static_cast<double>(monotonic_ns() - started) / 1e9;
  result.resident_after = own_resident_bytes();
  result.threads_more = entries_of("/proc/self/task") - threads;
  result.files_more = entries_of("/proc/self/fd") - files;
  static_cast<void>(require(caller.find_queue(name_of(0)), "find_queue"));
  static_cast<void>(require(caller.find_queue(name_of(settings.count - 1)), "find_queue"));
  result.counted = require(caller.statistics(0), "statistics").queues - 1;
  return result;
}

}  // namespace millrace::perf
