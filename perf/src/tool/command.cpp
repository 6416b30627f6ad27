#include "tool/command.hpp"

#include <array>

namespace millrace::perf {

std::span<const command> commands() noexcept {
  static constexpr std::array all = {
      command{"bench", "put a load on an engine or a server, and measure it", run_bench},
  };
  return all;
}

}  // namespace millrace::perf
