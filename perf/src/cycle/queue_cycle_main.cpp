// queue_cycle: the in-process benchmark as a program. Prints one JSON object. Exit codes: 0 fine, 1
// a message was lost, doubled or altered, 2 bad use or the engine refused.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "cycle/cycle_bench.hpp"
#include "cycle/queue_bench.hpp"
#include "process/core_distance.hpp"
#if MILLRACE_COUNTS_ALLOCATIONS
#include "process/alloc_count.hpp"
#endif

namespace {

using namespace millrace;
using namespace millrace::perf;
using json = nlohmann::ordered_json;

struct program_options {
  std::string mode = "cycle";
  std::string threading = "own";
  cycle_settings cycle;
  backlog_settings backlog;
  queues_settings queues;
};

const std::map<std::string, durability> levels = {
    {"memory", durability::memory}, {"os", durability::os}, {"disk", durability::disk}};

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

json to_json(const cycle_tally& tally) {
  return {{"sent", tally.sent},
          {"received", tally.received},
          {"deleted", tally.deleted},
          {"altered", tally.altered},
          {"failed", tally.failed},
          {"first_error", std::string(to_string(tally.first_error))},
          {"empty_receives", tally.empty_receives}};
}

int print(const json& root, bool correct) {
  std::printf("%s\n", root.dump().c_str());
  return correct ? 0 : 1;
}

/// `trip` is the distance of two processors just before the run: see core_distance.hpp.
int report(const program_options& chosen, const std::optional<double>& trip,
           const cycle_result& result) {
  json root = {{"mode", chosen.mode},
               {"threading", chosen.threading},
               {"producers", chosen.cycle.producers},
               {"body_bytes", chosen.cycle.body_bytes},
               {"batch", chosen.cycle.batch},
               {"outstanding", chosen.cycle.outstanding},
               {"groups", chosen.cycle.groups},
               {"realtime", result.realtime},
               {"seconds", result.seconds},
               {"cycles", result.cycles},
               {"cycles_per_second", static_cast<double>(result.cycles) / result.seconds},
               {"messages_per_second", static_cast<double>(result.messages) / result.seconds},
               {"caller_cpu_ns_per_message", ratio(result.caller_cpu_ns, result.messages)},
               {"lane_cpu_ns_per_message", ratio(result.lane_cpu_ns, result.messages)}};
  if (trip) root["core_round_trip_ns"] = *trip;
  if (result.allocations) {
    root["allocations"] = *result.allocations;
    root["allocations_per_message"] = ratio(*result.allocations, result.messages);
  }
  if (result.system_calls) {
    root["system_calls"] = *result.system_calls;
    root["system_calls_to_wait"] = result.system_calls_to_wait;
    root["system_calls_per_message"] = ratio(*result.system_calls, result.messages);
  }
  root["tally"] = to_json(result.tally);
  root["correct"] = result.tally.is_complete();
  return print(root, result.tally.is_complete());
}

int report(const program_options& chosen, const backlog_result& result) {
  const cycle_tally& tally = result.tally;
  const bool correct = tally.received == result.drained && tally.deleted == result.drained &&
                       tally.altered == 0 && tally.failed == 0;
  return print({{"mode", chosen.mode},
                {"threading", chosen.threading},
                {"body_bytes", chosen.backlog.body_bytes},
                {"batch", chosen.backlog.batch},
                {"depth", chosen.backlog.depth},
                {"drained", result.drained},
                {"drain_ns_per_message",
                 result.drain_seconds * 1e9 /
                     static_cast<double>(std::max<std::uint64_t>(1, result.drained))},
                {"drain_cpu_ns_per_message", ratio(result.drain_cpu_ns, result.drained)},
                {"payload_bytes", result.payload_bytes},
                {"resident_before", result.resident_before},
                {"resident_filled", result.resident_filled},
                {"resident_per_payload", ratio(result.resident_filled, result.payload_bytes)},
                {"tally", to_json(tally)},
                {"correct", correct}},
               correct);
}

int report(const program_options& chosen, const queues_result& result) {
  const auto grown = static_cast<double>(result.resident_after - result.resident_before);
  const auto count = static_cast<double>(chosen.queues.count);
  return print({{"mode", chosen.mode},
                {"threading", chosen.threading},
                {"data_dir", chosen.queues.data_dir},
                {"level", static_cast<int>(chosen.queues.level)},
                {"queues", chosen.queues.count},
                {"seconds", result.seconds},
                {"queues_per_second", count / result.seconds},
                {"resident_before", result.resident_before},
                {"resident_after", result.resident_after},
                {"resident_per_queue", grown / count},
                {"threads_more", result.threads_more},
                {"files_more", result.files_more},
                {"correct", result.counted == chosen.queues.count}},
               result.counted == chosen.queues.count);
}

void declare(CLI::App& app, program_options& chosen) {
  app.add_option("--mode", chosen.mode, "cycle (64 calls in flight), sync (one), backlog, queues")
      ->check(CLI::IsMember({"cycle", "sync", "backlog", "queues"}))
      ->capture_default_str();
  app.add_option("--threading", chosen.threading, "own: a lane thread; none: the caller polls")
      ->check(CLI::IsMember({"own", "none"}))
      ->capture_default_str();
  app.add_option("--body-bytes", chosen.cycle.body_bytes, "size of a body")
      ->check(CLI::Range(8, 100000))
      ->capture_default_str();
  app.add_option("--batch", chosen.cycle.batch, "messages a call")
      ->check(CLI::IsMember({1, 10}))
      ->capture_default_str();
  app.add_option("--producers", chosen.cycle.producers, "threads, each with a client (cycle, own)")
      ->check(CLI::Range(1, 8))
      ->capture_default_str();
  app.add_option("--outstanding", chosen.cycle.outstanding, "calls in flight a producer")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--groups", chosen.cycle.groups,
                 "use a FIFO queue; messages go round so many groups (cycle)");
  app.add_option("--seconds", chosen.cycle.seconds, "measured time (cycle, sync)")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  app.add_option("--warm-up-seconds", chosen.cycle.warm_up_seconds, "before it")
      ->check(CLI::Range(0.0, 600.0))
      ->capture_default_str();
  app.add_flag("--realtime", chosen.cycle.realtime, "measure in SCHED_FIFO bursts, if permitted");
  app.add_flag("--count-calls", chosen.cycle.count_calls, "count system calls (cycle)");
  app.add_option("--depth", chosen.backlog.depth, "messages queued first (backlog)")
      ->check(CLI::Range(10, 100000000))
      ->capture_default_str();
  app.add_option("--count", chosen.queues.count, "queues to create (queues)")
      ->check(CLI::Range(1, 100000000))
      ->capture_default_str();
  app.add_option("--data-dir", chosen.queues.data_dir, "keep them there (queues)");
  app.add_option("--level", chosen.queues.level, "of the queues: memory, os or disk (queues)")
      ->transform(CLI::CheckedTransformer(levels));
  app.add_option("--drain", chosen.backlog.drain, "of which are received and deleted (backlog)")
      ->capture_default_str();
}

int run(program_options& chosen) {
  const auto threading = chosen.threading == "own" ? thread_mode::own : thread_mode::none;
  chosen.cycle.threading = chosen.backlog.threading = threading;
  if (threading == thread_mode::none && chosen.cycle.producers != 1) {
    throw std::runtime_error("--threading none has one producer");
  }
  if (chosen.mode == "queues") {
    chosen.queues.threading = threading;
    chosen.queues.outstanding = chosen.cycle.outstanding;
    return report(chosen, run_queues(chosen.queues));
  }
  const bool timed = chosen.mode != "backlog";
  if (timed && chosen.cycle.realtime && chosen.cycle.seconds + chosen.cycle.warm_up_seconds > 0.8) {
    throw std::runtime_error("--realtime lasts 0.8 s at most, warm-up included");
  }
  if (timed) {
    const auto trip = core_round_trip_ns();
    return report(
        chosen, trip,
        chosen.mode == "cycle" ? run_cycles(chosen.cycle) : run_sync_cycles(chosen.cycle));
  }
  chosen.backlog.body_bytes = chosen.cycle.body_bytes;
  chosen.backlog.batch = chosen.cycle.batch;
  chosen.backlog.realtime = chosen.cycle.realtime;
  chosen.backlog.outstanding = chosen.cycle.outstanding;
  if (chosen.backlog.depth % 10 != 0 || chosen.backlog.drain % 10 != 0) {
    throw std::runtime_error("--depth and --drain are multiples of 10");
  }
  return report(chosen, run_backlog(chosen.backlog));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Sends, receives and deletes through the C++ API in one process.");
  program_options chosen;
  declare(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
#if MILLRACE_COUNTS_ALLOCATIONS
  set_allocation_counter(&total_allocations);
#endif
  try {
    return run(chosen);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "queue_cycle: %s\n", error.what());
    return 2;
  }
}
