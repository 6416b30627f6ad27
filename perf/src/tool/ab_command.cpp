// millrace ab: the gate. Two builds (or two commands) side by side, or the rule itself put to the
// test on this machine.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "ab/ab_record.hpp"
#include "ab/calibration.hpp"
#include "ab/gate_suite.hpp"
#include "ab/interleave.hpp"
#include "report/format.hpp"
#include "tool/command.hpp"

namespace millrace::perf {

namespace {

struct ab_command_options {
  std::string base, head, suite = "gate", out;
  bool commands = false, quiet = false;
  ab_options rule{.pairs = 60};  // 30 found +10 % in 15 of 20 at ten tasks a core, 60 in 20
  std::size_t again = 0;
  bool again_given = false;
  std::size_t calibrations = 0;
};

std::vector<std::string> words_of(const std::string& command) {
  std::istringstream text(command);
  return {std::istream_iterator<std::string>(text), {}};
}

using measurement = std::function<ab_block()>;

/// A comparison; what it finds is measured once more, and counts when both agree.
ab_row compare(const std::string& name, const measurement& base, const measurement& head,
               const ab_command_options& chosen) {
  ab_row row{.name = name, .unit = "ns", .result = {}};
  const auto pairs = static_cast<std::size_t>(chosen.rule.pairs);
  int rounds = 0;
  row.result = confirmed_ab([&] {
    if (!chosen.quiet) {
      std::fprintf(stderr, "%s: %zu pairs%s\n", name.c_str(), pairs,
                   rounds == 0 ? "" : ", to confirm what was found");
    }
    ++rounds;
    interleaving seen =
        interleave(base, head, pairs, chosen.again_given ? chosen.again : pairs / 2);
    row.pairs_again += seen.pairs_again;
    row.contaminated_blocks = seen.contaminated_blocks;
    return judge_ab(std::move(seen.a), std::move(seen.b), chosen.rule);
  });
  row.confirmed = rounds == 2 && row.result.verdict != ab_verdict::no_change_found;
  return row;
}

std::vector<ab_row> compare_all(const ab_command_options& chosen) {
  std::vector<ab_row> rows;
  if (chosen.commands) {
    const auto base = words_of(chosen.base), head = words_of(chosen.head);
    rows.push_back(compare(
        "command.cpu_ns", [&] { return run_command(base); }, [&] { return run_command(head); },
        chosen));
    return rows;
  }
  for (const std::string& build : {chosen.base, chosen.head}) {
    if (!std::filesystem::exists(std::filesystem::path(build) / "perf/queue_cycle")) {
      throw std::runtime_error(build +
                               " has no perf/queue_cycle: build it there, or say --commands");
    }
  }
  for (const gate_case& each : gate_suite(chosen.suite)) {
    rows.push_back(compare(
        each.name, [&] { return run_case(each, chosen.base); },
        [&] { return run_case(each, chosen.head); }, chosen));
  }
  return rows;
}

int run_comparison(const ab_command_options& chosen) {
  run_record record("ab");
  record.add_parameter("suite", chosen.commands ? "commands" : chosen.suite);
  record.add_parameter("pairs", std::to_string(chosen.rule.pairs));
  record.add_parameter("median_percent_min", format("%g", chosen.rule.median_percent_min));
  const auto rows = compare_all(chosen);
  for (const ab_row& row : rows) add_row(record, row);
  std::fputs(ab_text(rows).c_str(), stdout);
  const trust_verdict verdict = record.verdict();
  // Pressure and switches reach both sides alike, which is what interleaving is for; time that the
  // host took, and a build that is not optimised, are another matter.
  std::printf("trust %s\n", to_string(verdict.value));
  for (const std::string& reason : verdict.reasons) std::printf("  %s\n", reason.c_str());
  if (!chosen.out.empty())
    std::printf("%s/%s\n", chosen.out.c_str(), record.write(chosen.out).c_str());
  if (verdict.value == trust::invalid) return 3;
  return has_regression(rows) ? 1 : 0;
}

int run_calibration(const ab_command_options& chosen) {
  const calibration seen = calibrate(chosen.calibrations, chosen.rule, [&](std::size_t done) {
    if (!chosen.quiet) std::fprintf(stderr, "\r%zu of %zu", done, chosen.calibrations);
  });
  if (!chosen.quiet) std::fputs("\n", stderr);
  std::fputs(calibration_text(seen).c_str(), stdout);
  return seen.is_good() ? 0 : 1;
}

void declare(CLI::App& app, ab_command_options& chosen) {
  auto* base = app.add_option("--base", chosen.base, "directory of a build: build/release");
  auto* head = app.add_option("--head", chosen.head, "directory of the build to compare with it");
  base->needs(head);
  head->needs(base);
  app.add_flag("--commands", chosen.commands,
               "base and head are commands, words separated by blanks, compared as a whole")
      ->needs(base);
  app.add_option("--suite", chosen.suite, "gate (four runs) or quick (the first)")
      ->check(CLI::IsMember({"gate", "quick"}))
      ->capture_default_str();
  app.add_option("--pairs", chosen.rule.pairs, "interleaved pairs of each run")
      ->check(CLI::Range(8, 10000))
      ->capture_default_str();
  app.add_option("--median-percent", chosen.rule.median_percent_min,
                 "smaller changes do not matter")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  app.add_option("--again", chosen.again,
                 "disturbed pairs that are measured again, at most; half of --pairs by default")
      ->check(CLI::Range(0, 100000));
  app.add_option("--out", chosen.out, "write a record into this directory");
  app.add_option("--calibrate", chosen.calibrations,
                 "instead: so many comparisons of known outcome; is the rule good on this machine?")
      ->check(CLI::Range(1, 100000))
      ->excludes(base)
      ->excludes(head);
  app.add_flag("--quiet", chosen.quiet, "no progress on standard error");
}

}  // namespace

int run_ab_command(int argc, char** argv) {
  CLI::App app(
      "Compares two builds by CPU time, interleaved, by Mann-Whitney and median. Exit code "
      "0: no regression found; 1: a regression; 2: bad use or a run failed; 3: invalid.",
      "millrace ab");
  ab_command_options chosen;
  declare(app, chosen);
  try {
    app.parse(argc, argv);
    if (chosen.calibrations == 0 && chosen.base.empty()) {
      throw CLI::ValidationError("--base and --head, or --calibrate, must be given");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  chosen.again_given = app.count("--again") != 0;
  return chosen.calibrations != 0 ? run_calibration(chosen) : run_comparison(chosen);
}

}  // namespace millrace::perf
