// Options change the workload that a file or a preset describes.

#include "tool/bench_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "workload/duration.hpp"
#include "workload/workload_file.hpp"

namespace millrace::perf {

namespace {

struct raw_options {
  std::string workload;
  std::string poll_interval, service, size, keys, arrivals, consumer_service, duration, warm_up,
      objectives;
  std::vector<double> sweep;
  std::vector<std::string> faults;
  double rate = 0;
  std::uint32_t topics = 0, partitions = 0, producers = 0, consumers = 0, subscriptions = 0;
  bool quick = false, list = false;
};

void declare(CLI::App& app, raw_options& raw, bench_options& options) {
  app.add_option("workload", raw.workload, "a preset (--list) or a YAML file");
  app.add_flag("--list", raw.list, "print the presets");
  app.add_flag("--quick", raw.quick, "runs of 2 s: the whole answer in less than 30 s");
  app.add_option("--target", options.target,
                 "embed: the engine in this process; server: a millraced of its own; or the URL of "
                 "a server: http://127.0.0.1:4566");
  app.add_option("--server", options.server, "the program of --target server");
  app.add_option("--connections", options.connections, "to a server, for sends: 16")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--poll-interval", raw.poll_interval,
                 "between reads of a server's shard that had nothing: 10ms");
  app.add_option("--data", options.data_dir,
                 "a directory for the journal of embed or server (new or empty)");
  auto* rate =
      app.add_option("--rate", raw.rate, "messages a second: one run")->check(CLI::PositiveNumber);
  auto* sweep = app.add_option("--sweep", raw.sweep, "a run at each of these rates: 1000,2000,4000")
                    ->delimiter(',')
                    ->excludes(rate);
  app.add_flag("--find-max", options.find_max, "search the greatest rate that is borne")
      ->excludes(rate)
      ->excludes(sweep);
  app.add_option("--slo", raw.objectives, "and that keeps to this: p99<5ms,throttled<0.1%");
  app.add_option("--service", raw.service, "queue, fifo or stream");
  app.add_option("--duration", raw.duration, "of a run's measured part: 5s, 1m");
  app.add_option("--warm-up", raw.warm_up, "before it: 1s");
  app.add_option("--size", raw.size, "bytes: 1024, uniform:100:2000, zipf:1.0:100:2000");
  app.add_option("--keys", raw.keys, "none, one, uniform:N, zipf:S:N, roundRobin:N");
  app.add_option("--arrivals", raw.arrivals, "poisson, constant, bursts:ON:OFF");
  app.add_option("--topics", raw.topics, "queues or streams");
  app.add_option("--partitions", raw.partitions, "shards of a stream");
  app.add_option("--producers", raw.producers, "a topic");
  app.add_option("--subscriptions", raw.subscriptions, "a topic");
  app.add_option("--consumers", raw.consumers, "a subscription");
  app.add_option("--consumer-service", raw.consumer_service,
                 "time a message: 200us, exponential:1ms");
  app.add_option("--fault", raw.faults, "'at 5s stall 2s consumers' (or server); may be repeated")
      ->expected(1)
      ->take_all();
  app.add_option("--seed", options.seed, "of arrivals, keys, sizes and service times");
  app.add_option("--record", options.record_dir,
                 "write a record into this directory (results/), with a report to look at");
  app.add_flag("--json", options.json, "print one JSON object instead of the table");
  app.add_flag("--quiet", options.quiet, "no progress on standard error");
}

/// A preset by its name, else a file.
bench_workload find_workload_of(const std::string& named) {
  for (const preset& each : presets()) {
    if (each.name == named) return make_preset(named);
  }
  if (std::filesystem::exists(named)) return read_workload_file(named);
  return make_preset(named);  // which says what there is
}

void set_times(const raw_options& raw, bench_workload& plan) {
  if (raw.quick) {
    plan.test_seconds = 2;
    plan.warm_up_seconds = 0.5;
  }
  if (!raw.duration.empty()) {
    plan.test_seconds = static_cast<double>(parse_duration_ns(raw.duration)) / 1e9;
  }
  if (!raw.warm_up.empty()) {
    plan.warm_up_seconds = static_cast<double>(parse_duration_ns(raw.warm_up)) / 1e9;
  }
}

void set_counts(const raw_options& raw, bench_workload& plan) {
  if (raw.topics != 0) plan.topics = raw.topics;
  if (raw.partitions != 0) plan.partitions_per_topic = raw.partitions;
  if (raw.producers != 0) plan.producers_per_topic = raw.producers;
  if (raw.subscriptions != 0) plan.subscriptions_per_topic = raw.subscriptions;
  if (raw.consumers != 0) plan.consumers_per_subscription = raw.consumers;
}

void apply(const raw_options& raw, bench_options& options) {
  bench_workload& plan = options.plan;
  plan = find_workload_of(raw.workload.empty() ? "queue" : raw.workload);
  if (!raw.service.empty()) plan.service = parse_service(raw.service);
  if (!raw.size.empty()) plan.size = parse_sizes(raw.size);
  if (!raw.keys.empty()) {
    plan.keyed = raw.keys != "none";
    plan.keys = parse_keys(raw.keys);
  }
  if (!raw.arrivals.empty()) plan.arrivals = parse_arrivals(raw.arrivals);
  if (!raw.consumer_service.empty()) plan.consumer_service = parse_times(raw.consumer_service);
  if (!raw.objectives.empty()) plan.objectives = parse_objectives(raw.objectives);
  for (const std::string& each : raw.faults) plan.faults.push_back(parse_fault(each));
  set_times(raw, plan);
  set_counts(raw, plan);
  if (!raw.sweep.empty()) plan.sweep = raw.sweep;
  if (raw.rate > 0) {
    plan.producer_rate = raw.rate;
    plan.sweep.clear();
  }
  if (!raw.poll_interval.empty()) options.poll_interval_ns = parse_duration_ns(raw.poll_interval);
  options.find_max |= plan.sweep.empty() && plan.producer_rate == 0;
  check(plan);
}

}  // namespace

std::optional<bench_options> parse_bench_options(int argc, char** argv, int& exit_code) {
  CLI::App app(
      "Puts a load on queues or streams and measures it: open loop, latency from the\n"
      "intended send time, every message checked. Exit codes: 0 good, 1 lost, twice or out\n"
      "of order, 2 usage or environment, 3 nothing to believe (saturated, or errors).",
      "millrace bench");
  raw_options raw;
  bench_options options;
  declare(app, raw, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  if (raw.list) {
    for (const preset& each : presets()) {
      std::printf("%-16s %s\n", each.name.data(), each.help.data());
    }
    exit_code = 0;
    return std::nullopt;
  }
  apply(raw, options);
  return options;
}

}  // namespace millrace::perf
