// What the user asks of millrace_load, from the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "load/operation.hpp"
#include "load/socket.hpp"
#include "load/transport.hpp"

namespace millrace::perf {

struct load_options {
  endpoint target;
  const workload* plan = nullptr;
  std::size_t connections = 16;
  std::size_t body_bytes = 1024;
  double seconds = 5;
  double warm_up_seconds = 0.5;
  std::uint64_t cycles = 0;   ///< 0: limited by seconds
  std::uint64_t backlog = 0;  ///< messages that a filled queue starts with
  std::uint64_t rounds = 1;   ///< fill and drain again
  std::string queue;          ///< empty: a name of its own
  bool keep_queue = false;
  std::uint64_t groups = 0;         ///< 0: a standard queue; else a FIFO queue, and its groups
  bool throttling_allowed = false;  ///< a throttled request is counted and made again
  std::string noop_path = "/_millrace/health";
  std::string request;      ///< of post: a whole HTTP request, head and body
  std::string expected;     ///< that its answer must contain
  std::uint64_t items = 1;  ///< that one request carries, counted as messages
  std::optional<int> server_process;
  std::optional<int> cpu;  ///< to run on
  std::optional<transport_kind> transport;
  bool json = false;
  std::string hlog_file;
};

/// Parses; on --help or an error prints to stdout or stderr and gives the exit code (0 or 2)
/// instead of options in `exit_code`.
[[nodiscard]] std::optional<load_options> parse_load_options(int argc, char** argv, int& exit_code);

}  // namespace millrace::perf
