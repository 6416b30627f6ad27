// What `millrace ab` measures of a build's millraced: CPU time of the whole server for a message,
// under a closed load of this program's own, the same for both sides.
#pragma once

#include <filesystem>
#include <span>

#include "ab/interleave.hpp"

namespace millrace::perf {

struct server_case {
  const char* name;      ///< of the metric: "http_send.server_cpu_ns_per_message"
  const char* workload;  ///< of load/operation.hpp
};

[[nodiscard]] std::span<const server_case> server_suite() noexcept;

[[nodiscard]] bool has_server(const std::filesystem::path& build);

/// Starts the build's server afresh, loads it for a fifth of a second and stops it. Throws
/// std::runtime_error when it does not start, or loses or refuses a message.
[[nodiscard]] ab_block run_server_case(const server_case& chosen,
                                       const std::filesystem::path& build);

}  // namespace millrace::perf
