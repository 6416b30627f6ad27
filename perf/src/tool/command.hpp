// The commands of the program millrace, one line each in command.cpp.
#pragma once

#include <span>
#include <string_view>

namespace millrace::perf {

struct command {
  std::string_view name;
  std::string_view help;  ///< one line
  /// Gets the arguments from its own name on; gives the exit code: 0 good, 1 wrong answers, 2 usage
  /// or environment, 3 nothing to believe. What it throws is printed, and is 2.
  int (*run)(int argc, char** argv);
};

[[nodiscard]] std::span<const command> commands() noexcept;

int run_bench(int argc, char** argv);
int run_ab_command(int argc, char** argv);
int run_doctor(int argc, char** argv);
int run_results(int argc, char** argv);

}  // namespace millrace::perf
