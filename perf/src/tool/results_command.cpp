// millrace results: reads records, and writes nothing but what `html` and `accept` are asked for.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>

#include "report/report.hpp"
#include "results/baseline.hpp"
#include "results/baseline_verdict.hpp"
#include "results/history.hpp"
#include "results/run_check.hpp"
#include "results/run_export.hpp"
#include "results/run_text.hpp"
#include "tool/command.hpp"

namespace millrace::perf {

namespace {

struct results_options {
  std::string root = "results";
  std::vector<std::string> runs;
  std::string suite, trust, out, reason, figure, env_key;
  std::size_t last = 0;
  export_table table = export_table::metrics;
  double limit_percent = 10;
  bool json = false, against_baselines = false;
};

constexpr const char* run_help =
    "id or its beginning, \"latest\", or \"latest:SUITE\" for the newest of a suite";

stored_run load(const results_options& chosen, const std::string& name) {
  return read_run(std::filesystem::path(chosen.root) / find_run(chosen.root, name));
}

std::vector<index_entry> chosen_entries(const results_options& chosen) {
  std::vector<index_entry> entries;
  for (index_entry& each : read_index(chosen.root)) {
    if (!chosen.suite.empty() && each.suite != chosen.suite) continue;
    if (!chosen.trust.empty() && each.trust != chosen.trust) continue;
    entries.push_back(std::move(each));
  }
  if (chosen.last != 0 && entries.size() > chosen.last) {
    entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(chosen.last));
  }
  return entries;
}

int list(const results_options& chosen) {
  const auto entries = chosen_entries(chosen);
  std::fputs(list_text(entries).c_str(), stdout);
  if (entries.empty()) std::fprintf(stderr, "no such run in %s\n", chosen.root.c_str());
  return 0;
}

int show(const results_options& chosen) {
  std::fputs(run_text(load(chosen, chosen.runs.at(0))).c_str(), stdout);
  return 0;
}

int diff(const results_options& chosen) {
  const stored_run a = load(chosen, chosen.runs.at(0)), b = load(chosen, chosen.runs.at(1));
  std::fputs(diff_text(a, b).c_str(), stdout);
  return 0;
}

int export_runs(const results_options& chosen) {
  std::vector<stored_run> runs;
  if (chosen.runs.empty()) {
    for (const index_entry& each : chosen_entries(chosen)) {
      runs.push_back(read_run(std::filesystem::path(chosen.root) / each.id));
    }
  }
  for (const std::string& name : chosen.runs) runs.push_back(load(chosen, name));
  const std::string text =
      chosen.json ? to_json_lines(runs, chosen.table) : to_csv(runs, chosen.table);
  std::fputs(text.c_str(), stdout);
  if (text.empty()) std::fputs("none of these runs has such a table\n", stderr);
  return 0;
}

int history(const results_options& chosen) {
  const auto index = read_index(chosen.root);
  if (chosen.figure.empty()) {
    std::fputs(figures_text(index).c_str(), stdout);
    return 0;
  }
  const auto all = histories_of(index, chosen.figure, chosen.suite, chosen.env_key);
  if (all.empty()) {
    throw std::runtime_error("no headline in " + chosen.root + " has " + chosen.figure +
                             "; without a figure, history lists them");
  }
  for (const figure_history& each : all) {
    std::fputs((chosen.json ? history_json(each) : history_text(each)).c_str(), stdout);
  }
  return 0;
}

int html(const results_options& chosen) {
  const std::string page = report_html(load(chosen, chosen.runs.at(0)));
  if (chosen.out.empty()) {
    std::fputs(page.c_str(), stdout);
    return 0;
  }
  std::ofstream file(chosen.out, std::ios::binary);
  file << page;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + chosen.out);
  return 0;
}

int accept(const results_options& chosen) {
  const stored_run run = load(chosen, chosen.runs.at(0));
  const std::string before = accept_baseline(chosen.root, run, chosen.reason);
  std::printf("%s is the baseline of %s on %s%s%s\n", run.id.c_str(), run.suite.c_str(),
              run.env_key.substr(0, 12).c_str(), before.empty() ? "" : ", in the place of ",
              before.c_str());
  return 0;
}

/// The newest of each suite and workload on each machine, in the order of the index.
std::vector<std::string> newest_runs(const results_options& chosen) {
  std::vector<std::string> runs;
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  const auto entries = read_index(chosen.root);
  for (auto each = entries.rbegin(); each != entries.rend(); ++each) {
    if (seen.emplace(each->suite, each->workload_sha256, each->env_key).second) {
      runs.insert(runs.begin(), each->id);
    }
  }
  return runs;
}

int check_against_baselines(const results_options& chosen) {
  bool any_worse = false, any_told = false;
  for (const std::string& name : chosen.runs.empty() ? newest_runs(chosen) : chosen.runs) {
    const gate_verdict verdict = gate_of(chosen.root, load(chosen, name), chosen.limit_percent);
    std::fputs(gate_text(verdict).c_str(), stdout);
    any_worse = any_worse || verdict.value() == outcome::worse;
    any_told = any_told || verdict.value() != outcome::cannot_tell;
  }
  if (any_worse) return 1;
  if (!any_told) std::fputs("cannot tell: no figure of a baseline was compared\n", stderr);
  return any_told ? 0 : 3;
}

int check(const results_options& chosen) {
  if (chosen.against_baselines) return check_against_baselines(chosen);
  std::vector<std::string> found;
  if (chosen.runs.empty()) {
    found = check_results(chosen.root);
    for (std::string& each : check_baselines(chosen.root)) found.push_back(std::move(each));
  }
  for (const std::string& name : chosen.runs) {
    const stored_run run = load(chosen, name);
    for (const std::string& each : check_run(run)) found.push_back(run.id + ": " + each);
  }
  for (const std::string& each : found) std::printf("%s\n", each.c_str());
  std::fprintf(stderr, "%zu findings\n", found.size());
  return found.empty() ? 0 : 1;
}

void declare_choice(CLI::App& command, results_options& chosen) {
  command.add_option("--suite", chosen.suite, "only runs of this suite");
  command.add_option("--trust", chosen.trust, "only runs with this verdict")
      ->check(CLI::IsMember({"good", "suspect", "invalid"}));
  command.add_option("--last", chosen.last, "only so many of the newest");
}

void declare(CLI::App& app, results_options& chosen) {
  static const std::map<std::string, export_table> tables = {
      {"metrics", export_table::metrics},
      {"points", export_table::points},
      {"series", export_table::series},
      {"percentiles", export_table::percentiles}};
  app.add_option("--results", chosen.root, "directory of the records")->capture_default_str();
  app.require_subcommand(1);
  declare_choice(*app.add_subcommand("list", "a line a run"), chosen);
  app.add_subcommand("show", "one run")
      ->add_option("run", chosen.runs, run_help)
      ->required()
      ->expected(1);
  app.add_subcommand("diff", "two runs side by side, and why that is no verdict")
      ->add_option("runs", chosen.runs, run_help)
      ->required()
      ->expected(2);
  CLI::App& exporting = *app.add_subcommand("export", "tables for other programs, as CSV");
  exporting.add_option("runs", chosen.runs, "as for show; all by default");
  exporting.add_option("--what", chosen.table, "metrics, points, series or percentiles")
      ->transform(CLI::CheckedTransformer(tables));
  exporting.add_flag("--json", chosen.json, "JSON lines instead");
  declare_choice(exporting, chosen);
  CLI::App& page = *app.add_subcommand("html", "the report of a run, one page without a network");
  page.add_option("run", chosen.runs, run_help)->required()->expected(1);
  page.add_option("--out", chosen.out, "file to write; standard output by default");
  CLI::App& past = *app.add_subcommand(
      "history",
      "a figure of the headlines over time, a series a workload and machine, and where it "
      "changed");
  past.add_option("figure", chosen.figure, "its name; without one they are listed");
  past.add_option("--suite", chosen.suite, "only runs of this suite");
  past.add_option("--env", chosen.env_key, "only of the environment key that begins so");
  past.add_flag("--json", chosen.json, "JSON lines instead");
  CLI::App& accepting = *app.add_subcommand(
      "accept", "makes a good run the baseline of its suite and workload on its machine");
  accepting.add_option("run", chosen.runs, run_help)->required()->expected(1);
  accepting.add_option("--reason", chosen.reason, "why, for those who read it later")->required();
  CLI::App& checking =
      *app.add_subcommand("check", "that records agree with themselves and with the index");
  checking.add_option("runs", chosen.runs, "as for show; all by default");
  CLI::Option* against = checking.add_flag(
      "--baselines", chosen.against_baselines,
      "instead, the runs (the newest of each workload by default) beside their baselines: better, "
      "same, worse (exit 1) or cannot tell (exit 3 when nothing can be told)");
  checking.add_option("--limit", chosen.limit_percent, "percent that a change must exceed")
      ->needs(against)
      ->check(CLI::Range(1.0, 100.0))
      ->capture_default_str();
}

}  // namespace

int run_results(int argc, char** argv) {
  CLI::App app("Reads the records of measurements.", "millrace results");
  results_options chosen;
  declare(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  static const std::map<std::string, int (*)(const results_options&)> verbs = {
      {"list", list}, {"show", show},   {"diff", diff},     {"export", export_runs},
      {"html", html}, {"check", check}, {"accept", accept}, {"history", history}};
  return verbs.at(app.get_subcommands().front()->get_name())(chosen);
}

}  // namespace millrace::perf
