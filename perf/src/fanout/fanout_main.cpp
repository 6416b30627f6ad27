// stream_fanout: loads the enhanced consumers of one shard and prints, as JSON, what they got and
// what it cost. Exit codes: 0 fine, 1 loss, doubles or a refusal, 2 bad use.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "fanout/fanout_run.hpp"

namespace {

using namespace millrace::perf;

void print(const fanout_outcome& got) {
  nlohmann::json out{{"seconds", got.seconds},
                     {"delivered", got.delivered},
                     {"delivered_bytes", got.delivered_bytes},
                     {"wire_bytes", got.wire_bytes},
                     {"server_cpu_seconds", got.server_cpu_seconds},
                     {"own_cpu_seconds", got.own_cpu_seconds}};
  if (got.propagation.count() != 0) {
    const auto ms = [&](double percent) {
      return static_cast<double>(got.propagation.percentile(percent)) * 1e-6;
    };
    out["propagation_ms"] = {{"p50", ms(50)}, {"p99", ms(99)}, {"p99_9", ms(99.9)}};
  }
  std::printf("%s\n", out.dump().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  fanout_options wanted;
  int server = 0;
  CLI::App app("Loads the enhanced consumers of one shard.");
  app.add_option("--port", wanted.target.port, "Of the server on 127.0.0.1")->required();
  app.add_option("--server-pid", server, "Whose processor time is counted");
  app.add_option("--consumers", wanted.consumers, "That read")->check(CLI::Range(1, 1000));
  app.add_option("--stopped", wanted.stopped, "That subscribe and do not read")
      ->check(CLI::Range(0, 1000));
  app.add_option("--record-bytes", wanted.record_bytes, "Of data")
      ->check(CLI::Range(24, 1'000'000));
  app.add_option("--records", wanted.records, "That each gets")->check(CLI::Range(1, 100'000'000));
  app.add_option("--rate", wanted.rate, "Records a second; 0: all are there before anybody reads")
      ->check(CLI::Range(0.0, 1e7));
  app.add_option("--batch", wanted.batch, "Records a PutRecords, with --rate")
      ->check(CLI::Range(1, 500));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (server != 0) wanted.server_process = server;
  try {
    print(run_fanout(wanted));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stream_fanout: %s\n", error.what());
    return 1;
  }
  return 0;
}
