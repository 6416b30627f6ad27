// millrace_peer_load: loads Redis, RabbitMQ or NATS as millrace_load and stream_fanout load
// millraced, and prints the same figures as JSON. Exit codes: 0 fine, 2 bad use, unreachable or a
// wrong answer.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <nlohmann/json.hpp>

#include "peers/fan_out_loop.hpp"
#include "peers/peer_loop.hpp"

namespace {

using namespace millrace::perf;

constexpr double generator_full = 0.95;
constexpr double generator_busy_max = 0.8;  ///< above it ratios are of the server's CPU time

struct peer_options {
  std::string protocol;
  std::string workload = "send";
  std::string storage = "memory";
  peer_loop::settings loop;
  fan_out_plan fan_out;
  std::size_t body_bytes = 1024;
  double seconds = 2, warm_up_seconds = 0.5;
};

nlohmann::ordered_json report(const peer_options& chosen, const peer_result& run) {
  const auto requests = static_cast<double>(run.requests);
  const auto messages = static_cast<double>(run.messages);
  const double generator_busy = static_cast<double>(run.generator_cpu_ns) / 1e9 / run.seconds;
  const double server_busy = static_cast<double>(run.server_cpu_ns) / 1e9 / run.seconds;
  const auto us = [](std::uint64_t ns) { return static_cast<double>(ns) / 1e3; };
  return {
      {"tool", "millrace_peer_load"},
      {"loop", "closed"},
      {"workload", chosen.workload},
      {"protocol", chosen.protocol},
      {"connections", chosen.loop.connections},
      {"body_bytes", chosen.body_bytes},
      {"seconds", run.seconds},
      {"requests", run.requests},
      {"messages", run.messages},
      {"requests_per_second", requests / run.seconds},
      {"messages_per_second", messages / run.seconds},
      {"generator",
       {{"cpu_us_per_request", us(run.generator_cpu_ns) / requests},
        {"busy", generator_busy},
        {"rate_needs_server_cpu", generator_busy > generator_busy_max},
        {"limited_the_run", generator_busy > generator_full}}},
      {"server", {{"cpu_us_per_request", us(run.server_cpu_ns) / requests}, {"busy", server_busy}}},
      {"service_us",
       {{"p50", us(run.service.percentile(50))},
        {"p99", us(run.service.percentile(99))},
        {"max", us(run.service.max())}}}};
}

std::unique_ptr<peer_protocol> protocol_of(const peer_options& chosen) {
  static const std::map<std::string, peer_workload> workloads = {{"send", peer_workload::send},
                                                                 {"append", peer_workload::append},
                                                                 {"replay", peer_workload::replay},
                                                                 {"cycle", peer_workload::cycle}};
  const peer_workload what = workloads.at(chosen.workload);
  if (chosen.protocol == "redis") return redis_protocol(what, chosen.body_bytes);
  if (chosen.protocol == "amqp") return amqp_protocol(what, chosen.body_bytes);
  return nats_protocol(what, chosen.storage == "file", chosen.body_bytes);
}

int load(const peer_options& chosen) {
  const auto protocol = protocol_of(chosen);
  peer_loop loop(chosen.loop, *protocol);
  if (chosen.warm_up_seconds > 0) (void)loop.run(chosen.warm_up_seconds);
  std::puts(report(chosen, *loop.run(chosen.seconds)).dump().c_str());
  return 0;
}

std::unique_ptr<fan_out_protocol> fan_out_protocol_of(const peer_options& chosen) {
  const bool reads = chosen.workload == "read";
  if (chosen.protocol == "redis") return reads ? redis_read() : redis_fan_out();
  if (chosen.protocol == "amqp") return reads ? amqp_read() : amqp_fan_out();
  return nats_fan_out(chosen.storage == "file");
}

int fan_out(peer_options chosen) {
  const auto protocol = fan_out_protocol_of(chosen);
  chosen.fan_out.consumers = chosen.loop.connections;
  chosen.fan_out.record_bytes = chosen.body_bytes;
  const fan_out_result run =
      run_fan_out(chosen.loop.target, chosen.fan_out, *protocol, chosen.loop.server_process);
  const nlohmann::ordered_json out = {
      {"tool", "millrace_peer_load"},
      {"workload", chosen.workload},
      {"protocol", chosen.protocol},
      {"consumers", chosen.fan_out.consumers},
      {"seconds", run.seconds},
      {"delivered", run.delivered},
      {"delivered_bytes", run.delivered * chosen.body_bytes},
      {"server_cpu_seconds", static_cast<double>(run.server_cpu_ns) / 1e9},
      {"own_cpu_seconds", static_cast<double>(run.own_cpu_ns) / 1e9}};
  std::puts(out.dump().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Loads a rival: one request outstanding a connection, or the records of a fan-out.");
  peer_options chosen;
  app.add_option("--protocol", chosen.protocol)
      ->required()
      ->check(CLI::IsMember({"redis", "amqp", "nats"}));
  app.add_option("--workload", chosen.workload,
                 "send (to a queue), cycle (send, receive, delete), append and replay (of a "
                 "stream), fan-out (all to each), read (a "
                 "stream from its start, all by each)")
      ->check(CLI::IsMember({"send", "cycle", "append", "replay", "fan-out", "read"}));
  app.add_option("--storage", chosen.storage, "of a JetStream stream: memory or file")
      ->check(CLI::IsMember({"memory", "file"}));
  app.add_option("--port", chosen.loop.target.port)->required();
  app.add_option("--connections", chosen.loop.connections, "of fan-out and read: consumers")
      ->check(CLI::Range(1, 10000));
  app.add_option("--body-bytes", chosen.body_bytes)->check(CLI::Range(16, 100'000));
  app.add_option("--records", chosen.fan_out.records,
                 "of fan-out and read: that each consumer gets")
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--seconds", chosen.seconds)->check(CLI::Range(0.01, 3600.0));
  app.add_option("--warm-up-seconds", chosen.warm_up_seconds)->check(CLI::Range(0.0, 600.0));
  app.add_option("--server-pid", chosen.loop.server_process, "account this process's CPU");
  CLI11_PARSE(app, argc, argv);
  try {
    const bool hands_out = chosen.workload == "fan-out" || chosen.workload == "read";
    return hands_out ? fan_out(chosen) : load(chosen);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "millrace_peer_load: %s\n", error.what());
    return 2;
  }
}
