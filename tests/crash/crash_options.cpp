#include "crash_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string_view>

#include "process/cpu_time.hpp"

namespace millrace::crash {

namespace {

const std::map<std::string, level> levels = {
    {"memory", level::memory}, {"os", level::os}, {"disk", level::disk}};

struct test_row {
  const char* name;
  test_kind kind;
  const char* help;
};
constexpr test_row tests[] = {
    {"control", test_kind::control, "load for --seconds and drain, without a blow: no findings"},
    {"kill", test_kind::kill, "kill -9 under load, restart, check"},
    {"power_cut", test_kind::power_cut, "cut an ext4 under load, kill, mount again, check"},
    {"disk_full", test_kind::disk_full, "fill a small ext4, make room, check"},
    {"io_error", test_kind::io_error, "fail the nth system call of the journal, restart, check"},
    {"at_rest", test_kind::at_rest, "flip a bit of a stopped server's journal, check"},
};

void add_options(CLI::App& app, crash_options& chosen, std::string& held, std::string& told) {
  app.add_option("--server", chosen.server, "millraced")->required()->check(CLI::ExistingFile);
  app.add_option("--cycles", chosen.cycles, "crashes, cuts, fills, faults or flips")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  app.add_option("--ci-cycles", chosen.ci_cycles,
                 "instead of --cycles, when MILLRACE_CRASH=ci is in the environment");
  app.add_option("--seed", chosen.seed, "of everything that is random; 0: of the clock");
  app.add_option("--durability", held, "level that the server is held to (and told)")
      ->check(CLI::IsMember(levels))
      ->capture_default_str();
  app.add_option("--server-durability", told, "tell the server another level")
      ->check(CLI::IsMember(levels));
  app.add_option("--lanes", chosen.lanes, "lanes of one start after the other: 1,4,2")
      ->delimiter(',')
      ->check(CLI::Range(1, 256));
  app.add_option("--connections", chosen.connections)->check(CLI::Range(1, 1000));
  app.add_option("--drain-every", chosen.drain_every, "cycles between two full checks")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--seconds", chosen.seconds_max, "begin no cycle after so long; 0: no limit");
  app.add_flag("--expect-loss", chosen.expect_loss, "succeed only if messages are lost");
  app.add_option("--operations-min", chosen.operations_min, "fewer a cycle make the run void");
  app.add_option("--hit-share-min", chosen.hit_share_min,
                 "a smaller share of crashes with changes under way makes the run void");
  app.add_option("--preload", chosen.preload, "library of io_error")->check(CLI::ExistingFile);
  app.add_option("--trust", chosen.trust_file, "write what was found, a JSON object a promise");
  app.add_option("--name", chosen.test_name, "of the test in the trust file");
}

}  // namespace

std::optional<crash_options> parse_crash_options(int argc, char** argv, int& exit_code) {
  CLI::App app("Breaks a real millraced in every way, and checks that it kept its promises.");
  app.require_subcommand(1);
  crash_options chosen;
  std::string held = "disk", told;
  for (const test_row& test : tests) {
    CLI::App* sub = app.add_subcommand(test.name, test.help);
    add_options(*sub, chosen, held, told);
    sub->callback([&chosen, test] {
      chosen.kind = test.kind;
      if (chosen.test_name.empty()) chosen.test_name = test.name;
    });
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  chosen.held_to = levels.at(held);
  const char* where = std::getenv("MILLRACE_CRASH");
  if (where != nullptr && std::string_view(where) == "ci" && chosen.ci_cycles != 0) {
    chosen.cycles = chosen.ci_cycles;
  }
  if (!told.empty()) chosen.server_level = levels.at(told);
  if (chosen.seed == 0) chosen.seed = perf::monotonic_ns() % 1'000'000'007 + 1;
  return chosen;
}

}  // namespace millrace::crash
