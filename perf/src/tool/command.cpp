#include "tool/command.hpp"

#include <array>

namespace millrace::perf {

std::span<const command> commands() noexcept {
  static constexpr std::array all = {
      command{"ab", "compare two builds, side by side: is one slower?", run_ab_command},
      command{"bench", "put a load on an engine or a server, and measure it", run_bench},
      command{"doctor", "say whether this machine measures well, and what to do", run_doctor},
      command{"results", "list, show, compare, export, draw and check records", run_results},
  };
  return all;
}

}  // namespace millrace::perf
