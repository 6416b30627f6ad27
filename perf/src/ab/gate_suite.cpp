#include "ab/gate_suite.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "ab/comparison.hpp"
#include "ab/shell.hpp"
#include "results/environment.hpp"
#include "results/trust.hpp"

namespace millrace::perf {

namespace {

const std::vector<gate_case>& gate_cases() {
  static const std::vector<std::string> one_thread = {
      "--threading", "none", "--seconds", "0.15", "--warm-up-seconds", "0.03"};
  const auto with = [](std::vector<std::string> more) {
    more.insert(more.begin(), one_thread.begin(), one_thread.end());
    return more;
  };
  static const std::vector<gate_case> cases = {
      {"cycle.cpu_ns_per_message",
       "perf/queue_cycle",
       with({"--body-bytes", "1024"}),
       {"caller_cpu_ns_per_message"}},
      {"cycle_batch_10.cpu_ns_per_message",
       "perf/queue_cycle",
       with({"--body-bytes", "1024", "--batch", "10"}),
       {"caller_cpu_ns_per_message"}},
      {"cycle_fifo.cpu_ns_per_message",
       "perf/queue_cycle",
       with({"--body-bytes", "1024", "--groups", "64"}),
       {"caller_cpu_ns_per_message"}},
      {"drain.cpu_ns_per_message",
       "perf/queue_cycle",
       {"--mode", "backlog", "--threading", "none", "--depth", "50000", "--drain", "50000"},
       {"drain_cpu_ns_per_message"}},
  };
  return cases;
}

/// Whether the machine disturbed what ran between the two samples. Pinning is not ours to know;
/// steal and pressure are looked at.
bool is_disturbed(const machine_sample& before) {
  return is_contaminated(difference(before, sample_machine()), false);
}

}  // namespace

std::span<const gate_case> gate_suite() { return gate_cases(); }

ab_block run_case(const gate_case& chosen, const std::filesystem::path& build) {
  std::vector<std::string> words = {(build / chosen.program).string()};
  words.insert(words.end(), chosen.arguments.begin(), chosen.arguments.end());
  const std::string command = quoted(words);
  const machine_sample before = sample_machine();
  const std::string text = output_of(command);
  const auto printed = nlohmann::json::parse(text, nullptr, false);
  ab_block made{.cost = 0, .contaminated = is_disturbed(before)};
  for (const char* member : chosen.members) {
    if (!printed.is_object() || !printed.contains(member) || !printed[member].is_number()) {
      throw std::runtime_error(command + " printed no number " + member);
    }
    made.cost += printed[member].get<double>();
  }
  if (!(made.cost > 0)) throw std::runtime_error(command + " costs nothing");
  return made;
}

ab_block run_command(const std::vector<std::string>& words) {
  const machine_sample before = sample_machine();
  const double cost = command_cost_ns(words);
  return {.cost = cost, .contaminated = is_disturbed(before)};
}

}  // namespace millrace::perf
