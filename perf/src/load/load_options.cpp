// The command line, checked as a whole: what contradicts itself is refused with one sentence.

#include "load/load_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>

#include "load/message_body.hpp"

namespace millrace::perf {

namespace {

std::string workload_help() {
  std::string text = "what each connection repeats:";
  for (const workload& each : workloads) {
    text += "\n  " + std::string(each.name) + ": " + std::string(each.help);
  }
  return text;
}

CLI::Validator workload_names() {
  std::vector<std::string> names;
  for (const workload& each : workloads) names.emplace_back(each.name);
  return CLI::IsMember(names);
}

std::string text_of(const std::string& file) {
  std::ifstream from(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(from), std::istreambuf_iterator<char>()};
}

/// The first contradiction among the options, or nothing.
std::optional<std::string> contradiction(const load_options& chosen) {
  if (chosen.plan->fills_first && chosen.backlog == 0) {
    return "--workload " + std::string(chosen.plan->name) + " needs --backlog";
  }
  if ((chosen.plan->cycle[0] == operation::post) != !chosen.request.empty()) {
    return "--workload post and --request need each other";
  }
  if (!chosen.plan->fills_first && chosen.rounds != 1) return "--rounds needs a backlog workload";
  if (chosen.plan->fills_first && chosen.cycles == 0) {
    return "--workload " + std::string(chosen.plan->name) + " needs --cycles";
  }
  const bool batch = chosen.plan->cycle[0] == operation::receive_batch;
  if (chosen.plan->fills_first && chosen.cycles * (batch ? 10 : 1) > chosen.backlog) {
    return "--cycles would receive more messages than --backlog has";
  }
  if (chosen.groups != 0 && !chosen.queue.empty() && !chosen.queue.ends_with(".fifo")) {
    return "--groups needs a --queue whose name ends with .fifo";
  }
  if (!chosen.keep_queue || !chosen.queue.empty()) return std::nullopt;
  return "--keep-queue needs --queue";
}

}  // namespace

std::optional<load_options> parse_load_options(int argc, char** argv, int& exit_code) {
  CLI::App app("Loads an SQS server (JSON protocol) in a closed loop from one thread.");
  load_options chosen;
  std::string name;
  std::uint64_t connections = chosen.connections, body_bytes = chosen.body_bytes;
  app.add_option("--workload", name, workload_help())->required()->check(workload_names());
  app.add_option("--host", chosen.target.address, "numeric IPv4 address")->capture_default_str();
  app.add_option("--port", chosen.target.port, "port")->capture_default_str();
  app.add_option("--connections", connections, "keep-alive connections")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--body-bytes", body_bytes, "size of a message's body")
      ->check(CLI::Range(static_cast<int>(message_body::size_min), 25000))
      ->capture_default_str();
  app.add_option("--seconds", chosen.seconds, "measured time")
      ->check(CLI::Range(0.01, 86400.0))
      ->capture_default_str();
  app.add_option("--warm-up-seconds", chosen.warm_up_seconds, "before it, not measured")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  app.add_option("--cycles", chosen.cycles, "measure this many cycles instead of a time");
  app.add_option("--backlog", chosen.backlog, "messages to fill the queue with first");
  app.add_option("--rounds", chosen.rounds, "fill and measure this many times")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--queue", chosen.queue, "queue to use (default: one of its own)");
  app.add_flag("--keep-queue", chosen.keep_queue, "do not delete the queue at the end");
  app.add_option("--groups", chosen.groups, "use a FIFO queue; messages go round so many groups");
  app.add_flag("--allow-throttling", chosen.throttling_allowed,
               "count throttled requests and make them again, instead of calling them errors");
  app.add_option("--noop-path", chosen.noop_path, "asked for by noop")->capture_default_str();
  std::string request_file;
  app.add_option("--request", request_file, "file with the HTTP request of post, head and body")
      ->check(CLI::ExistingFile);
  app.add_option("--expect", chosen.expected, "text that each of its answers must contain");
  app.add_option("--items", chosen.items, "records or messages that one such request carries")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--server-pid", chosen.server_process, "account this process's CPU and memory");
  app.add_option("--cpu", chosen.cpu, "run on this processor");
  const std::map<std::string, transport_kind> transports = {{"io_uring", transport_kind::io_uring},
                                                            {"epoll", transport_kind::epoll}};
  app.add_option("--transport", chosen.transport, "default: io_uring where it is permitted")
      ->transform(CLI::CheckedTransformer(transports));
  app.add_flag("--json", chosen.json, "print one JSON object");
  app.add_option("--hlog", chosen.hlog_file, "write service times as an HdrHistogram log");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  chosen.plan = find_workload(name);
  chosen.connections = connections;
  chosen.body_bytes = body_bytes;
  chosen.request = text_of(request_file);
  if (const auto problem = contradiction(chosen)) {
    std::fprintf(stderr, "millrace_load: %s\n", problem->c_str());
    exit_code = 2;
    return std::nullopt;
  }
  return chosen;
}

}  // namespace millrace::perf
