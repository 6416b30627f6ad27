// millrace_peer_load: loads Redis or RabbitMQ as millrace_load loads an SQS server, and prints the
// same figures as JSON. Exit codes: 0 fine, 2 bad use, unreachable or a wrong answer.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "peers/peer_loop.hpp"

namespace {

using namespace millrace::perf;

constexpr double generator_full = 0.95;

struct peer_options {
  std::string protocol;
  peer_loop::settings loop;
  std::size_t body_bytes = 1024;
  double seconds = 2, warm_up_seconds = 0.5;
};

nlohmann::ordered_json report(const peer_options& chosen, const peer_result& run) {
  const auto requests = static_cast<double>(run.requests);
  const double generator_busy = static_cast<double>(run.generator_cpu_ns) / 1e9 / run.seconds;
  const double server_busy = static_cast<double>(run.server_cpu_ns) / 1e9 / run.seconds;
  const auto us = [](std::uint64_t ns) { return static_cast<double>(ns) / 1e3; };
  return {
      {"tool", "millrace_peer_load"},
      {"loop", "closed"},
      {"workload", "send"},
      {"protocol", chosen.protocol},
      {"connections", chosen.loop.connections},
      {"body_bytes", chosen.body_bytes},
      {"seconds", run.seconds},
      {"requests", run.requests},
      {"messages", run.requests},
      {"requests_per_second", requests / run.seconds},
      {"messages_per_second", requests / run.seconds},
      {"generator",
       {{"cpu_us_per_request", us(run.generator_cpu_ns) / requests},
        {"busy", generator_busy},
        {"limited_the_run", generator_busy > generator_full}}},
      {"server", {{"cpu_us_per_request", us(run.server_cpu_ns) / requests}, {"busy", server_busy}}},
      {"service_us",
       {{"p50", us(run.service.percentile(50))},
        {"p99", us(run.service.percentile(99))},
        {"max", us(run.service.max())}}}};
}

int load(const peer_options& chosen) {
  const auto protocol = chosen.protocol == "redis" ? redis_protocol(chosen.body_bytes)
                                                   : amqp_protocol(chosen.body_bytes);
  peer_loop loop(chosen.loop, *protocol);
  if (chosen.warm_up_seconds > 0) (void)loop.run(chosen.warm_up_seconds);
  std::puts(report(chosen, *loop.run(chosen.seconds)).dump().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Loads a rival in a closed loop: one durable message outstanding a connection.");
  peer_options chosen;
  app.add_option("--protocol", chosen.protocol)
      ->required()
      ->check(CLI::IsMember({"redis", "amqp"}));
  app.add_option("--port", chosen.loop.target.port)->required();
  app.add_option("--connections", chosen.loop.connections)->check(CLI::Range(1, 10000));
  app.add_option("--body-bytes", chosen.body_bytes)->check(CLI::Range(1, 100'000));
  app.add_option("--seconds", chosen.seconds)->check(CLI::Range(0.01, 3600.0));
  app.add_option("--warm-up-seconds", chosen.warm_up_seconds)->check(CLI::Range(0.0, 600.0));
  app.add_option("--server-pid", chosen.loop.server_process, "account this process's CPU");
  CLI11_PARSE(app, argc, argv);
  try {
    return load(chosen);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "millrace_peer_load: %s\n", error.what());
    return 2;
  }
}
