// The outcome of a run of millrace_load, as text for people and as JSON for scripts/bench.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "load/load_loop.hpp"
#include "load/load_options.hpp"

namespace millrace::perf {

struct load_outcome {
  phase_result measured;
  std::uint64_t lost = 0;  ///< of a closed workload: acknowledged, never received
  std::uint64_t duplicated = 0;
  std::uint64_t foreign = 0;
  std::uint64_t empty_receives = 0;
  std::uint64_t throttled = 0;
  std::uint64_t md5_checked = 0;
  std::uint64_t errors = 0;
  std::string first_error;
  std::string transport;  ///< name
  std::optional<std::uint64_t> server_resident_bytes;

  [[nodiscard]] bool is_correct() const noexcept {
    return lost == 0 && duplicated == 0 && foreign == 0 && errors == 0;
  }
  /// CPU time of this program's thread, or of the server, as a share of one core.
  [[nodiscard]] double generator_busy() const noexcept;
  [[nodiscard]] double server_busy() const noexcept;
  /// Above 80 % busy, ratios of rates must be taken from the server's CPU a request.
  [[nodiscard]] bool rate_needs_server_cpu() const noexcept { return generator_busy() > 0.8; }
  /// The generator had no time left while the server had, or nobody looked: the run is void.
  [[nodiscard]] bool is_limited_by_generator() const noexcept;
};

[[nodiscard]] std::string report_text(const load_options& options, const load_outcome& outcome);
[[nodiscard]] std::string report_json(const load_options& options, const load_outcome& outcome);

}  // namespace millrace::perf
