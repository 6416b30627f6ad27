// What `millrace ab` runs of a build in one process: short runs of its own programs, each with one
// figure of CPU time a message. No figure here is of wall time.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "ab/interleave.hpp"

namespace millrace::perf {

struct gate_case {
  const char* name;     ///< of the metric: "cycle.cpu_ns_per_message"
  const char* program;  ///< below the build's directory
  std::vector<std::string> arguments;
  std::vector<const char*> members;  ///< numbers of its JSON output; their sum is the cost
};

/// Runs of the engine in one thread; the first alone is the suite "quick".
[[nodiscard]] std::span<const gate_case> gate_suite();

/// Runs a case of the build in `build` and gives its cost, with whether the machine disturbed it:
/// steal, pressure or involuntary switches by the rules of series.hpp. Throws std::runtime_error
/// when the program cannot run, fails, or does not print the members.
[[nodiscard]] ab_block run_case(const gate_case& chosen, const std::filesystem::path& build);

/// The same for a command of the user: its whole CPU time in ns, output discarded.
[[nodiscard]] ab_block run_command(const std::vector<std::string>& words);

}  // namespace millrace::perf
