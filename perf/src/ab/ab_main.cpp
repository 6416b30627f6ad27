// millrace_ab: compares the CPU time of two commands, interleaved, and says whether the second
// costs more. A finding is confirmed by a fresh run before it is reported. Exit codes: 0 no
// regression, 1 regression, 2 bad use or a command failed.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <sstream>

#include "ab/comparison.hpp"

namespace {

using namespace millrace::perf;

std::vector<std::string> words_of(const std::string& command) {
  std::istringstream text(command);
  return {std::istream_iterator<std::string>(text), {}};
}

ab_result compare(const std::vector<std::string>& base, const std::vector<std::string>& head,
                  const ab_options& options) {
  ab_result result =
      run_ab([&] { return command_cost_ns(base); }, [&] { return command_cost_ns(head); }, options);
  std::printf("%s\n", describe(result, "cpu ns").c_str());
  return result;
}

int run(const std::string& base, const std::string& head, const ab_options& options) {
  const auto base_words = words_of(base), head_words = words_of(head);
  const ab_result first = compare(base_words, head_words, options);
  if (first.verdict == ab_verdict::no_change_found) return 0;
  const ab_result second = compare(base_words, head_words, options);
  if (second.verdict != first.verdict) {
    std::printf("not confirmed by the second run: no change found\n");
    return 0;
  }
  return first.verdict == ab_verdict::b_costs_more ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Compares the CPU time of two commands, interleaved ABBA, by Mann-Whitney and median.");
  std::string base, head;
  ab_options options;
  app.add_option("--base", base, "command, words separated by blanks")->required();
  app.add_option("--head", head, "command to compare with it")->required();
  app.add_option("--pairs", options.pairs, "interleaved pairs")
      ->check(CLI::Range(8, 10000))
      ->capture_default_str();
  app.add_option("--median-percent", options.median_percent_min, "smaller changes do not matter")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    return run(base, head, options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "millrace_ab: %s\n", error.what());
    return 2;
  }
}
