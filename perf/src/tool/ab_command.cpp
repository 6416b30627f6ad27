// millrace ab: the gate. Two builds (or two commands) side by side, or the rule itself put to the
// test on this machine.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "ab/ab_suites.hpp"
#include "report/format.hpp"
#include "tool/command.hpp"

namespace millrace::perf {

namespace {

struct ab_command_options {
  ab_plan plan;
  std::string out;
  bool commands = false, quiet = false, json = false;
  bool again_given = false;
  std::size_t calibrations = 0;
};

int run_comparison(ab_command_options& chosen) {
  if (chosen.commands) chosen.plan.suite = "commands";
  if (!chosen.again_given) {
    chosen.plan.pairs_again_max = static_cast<std::size_t>(chosen.plan.rule.pairs) / 2;
  }
  if (!chosen.quiet) {
    chosen.plan.progress = [](const std::string& text) {
      std::fprintf(stderr, "%s\n", text.c_str());
    };
  }
  run_record record("ab");
  record.add_parameter("suite", chosen.plan.suite);
  record.add_parameter("pairs", std::to_string(chosen.plan.rule.pairs));
  record.add_parameter("median_percent_min", format("%g", chosen.plan.rule.median_percent_min));
  const ab_report report = compare_suites(chosen.plan);
  for (const ab_row& row : report.rows) add_row(record, row);
  for (const std::string& each : report.not_measured)
    record.add_note("Not measured: " + each + ".");
  if (!chosen.json) std::fputs(ab_text(report).c_str(), stdout);
  // Pressure and switches reach both sides alike, which is what interleaving is for; time that the
  // host took, and a build that is not optimised, are another matter.
  const trust_verdict verdict = record.verdict();
  const std::string id = chosen.out.empty() ? "" : record.write(chosen.out);
  if (chosen.json) {
    std::fputs(ab_json(report, verdict, id).c_str(), stdout);
  } else {
    std::printf("trust %s\n", to_string(verdict.value));
    for (const std::string& reason : verdict.reasons) std::printf("  %s\n", reason.c_str());
    if (!id.empty()) std::printf("%s/%s\n", chosen.out.c_str(), id.c_str());
  }
  return exit_code(report, verdict);
}

int run_calibration(const ab_command_options& chosen) {
  const ab_options& rule = chosen.plan.rule;
  const calibration seen = calibrate(chosen.calibrations, rule, [&](std::size_t done) {
    if (!chosen.quiet) std::fprintf(stderr, "\r%zu of %zu", done, chosen.calibrations);
  });
  if (!chosen.quiet) std::fputs("\n", stderr);
  const std::string said = chosen.json ? calibration_json(seen, rule) : calibration_text(seen);
  std::fputs(said.c_str(), stdout);
  return seen.is_good() ? 0 : 1;
}

void declare(CLI::App& app, ab_command_options& chosen) {
  auto* base = app.add_option("--base", chosen.plan.base, "directory of a build: build/release");
  auto* head =
      app.add_option("--head", chosen.plan.head, "directory of the build to compare with it");
  base->needs(head);
  head->needs(base);
  app.add_flag("--commands", chosen.commands,
               "base and head are commands, words separated by blanks, compared as a whole")
      ->needs(base);
  app.add_option(
         "--suite", chosen.plan.suite,
         "gate (four runs in one process, http, instructions), quick (one run in one process), "
         "http (CPU time of the server) or instructions")
      ->check(CLI::IsMember({"gate", "quick", "http", "instructions"}))
      ->capture_default_str();
  app.add_option("--pairs", chosen.plan.rule.pairs, "interleaved pairs of each run")
      ->check(CLI::Range(8, 10000))
      ->capture_default_str();
  app.add_option("--median-percent", chosen.plan.rule.median_percent_min,
                 "smaller changes of CPU time do not matter")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  app.add_option("--again", chosen.plan.pairs_again_max,
                 "disturbed pairs that are measured again, at most; half of --pairs by default")
      ->check(CLI::Range(0, 100000));
  app.add_option("--out", chosen.out, "write a record into this directory");
  app.add_option("--calibrate", chosen.calibrations,
                 "instead: so many comparisons of known outcome; is the rule good on this machine?")
      ->check(CLI::Range(1, 100000))
      ->excludes(base)
      ->excludes(head);
  app.add_flag("--json", chosen.json, "one JSON object: results/ab.schema.json");
  app.add_flag("--quiet", chosen.quiet, "no progress on standard error");
}

}  // namespace

int run_ab_command(int argc, char** argv) {
  CLI::App app(
      "Compares two builds: CPU time, interleaved, by Mann-Whitney and median; and instructions. "
      "Exit "
      "code 0: no regression found; 1: a regression (with --calibrate: the rule does not hold "
      "here); 2: "
      "bad use or a run failed; 3: invalid, see its reasons.",
      "millrace ab");
  ab_command_options chosen;
  declare(app, chosen);
  try {
    app.parse(argc, argv);
    if (chosen.calibrations == 0 && chosen.plan.base.empty()) {
      throw CLI::ValidationError("--base and --head, or --calibrate, must be given");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  chosen.again_given = app.count("--again") != 0;
  return chosen.calibrations != 0 ? run_calibration(chosen) : run_comparison(chosen);
}

}  // namespace millrace::perf
