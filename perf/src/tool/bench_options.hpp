// What the user asks of `millrace bench`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "workload/workload.hpp"

namespace millrace::perf {

struct bench_options {
  bench_workload plan;
  std::string target = "embed";  ///< or "server", or an URL
  std::string server;            ///< program of target "server"; empty: millraced of this build
  std::size_t connections = 16;  ///< for sending to a server
  std::uint64_t poll_interval_ns = 10'000'000;
  std::string data_dir;  ///< of the embedded engine
  std::uint64_t seed = 1;
  std::string record_dir;  ///< where to write a record; empty: nowhere
  bool find_max = false;
  bool json = false;
  bool quiet = false;
};

/// Parses; on --help, --list or an error prints to stdout or stderr and gives the exit code (0 or
/// 2) instead of options in `exit_code`. Throws std::runtime_error for a workload that cannot be.
[[nodiscard]] std::optional<bench_options> parse_bench_options(int argc, char** argv,
                                                               int& exit_code);

}  // namespace millrace::perf
