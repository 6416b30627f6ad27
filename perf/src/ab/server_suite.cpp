#include "ab/server_suite.hpp"

#include <array>
#include <stdexcept>
#include <string>

#include "load/load_run.hpp"
#include "results/trust.hpp"
#include "target/server_process.hpp"

namespace millrace::perf {

namespace {

std::filesystem::path program_of(const std::filesystem::path& build) {
  return build / "server/millraced";
}

}  // namespace

std::span<const server_case> server_suite() noexcept {
  static constexpr std::array cases = {
      server_case{"http_send.server_cpu_ns_per_message", "send"},
      server_case{"http_cycle.server_cpu_ns_per_message", "srd"},
  };
  return cases;
}

bool has_server(const std::filesystem::path& build) {
  return std::filesystem::exists(program_of(build));
}

ab_block run_server_case(const server_case& chosen, const std::filesystem::path& build) {
  const server_process server(program_of(build).string(), {});
  load_options load;
  load.target = server.where();
  load.plan = find_workload(chosen.workload);
  load.seconds = 0.2;
  load.warm_up_seconds = 0.05;
  load.server_process = server.id();
  const machine_sample before = sample_machine();
  const auto outcome = run_load(load);
  const bool disturbed = is_contaminated(difference(before, sample_machine()), false);
  if (outcome->errors != 0 || outcome->lost != 0 || outcome->measured.messages == 0) {
    throw std::runtime_error(
        std::string(chosen.name) + ": " +
        (outcome->first_error.empty() ? "messages are missing" : outcome->first_error));
  }
  return {.cost = static_cast<double>(outcome->measured.server_cpu_ns) /
                  static_cast<double>(outcome->measured.messages),
          .contaminated = disturbed};
}

}  // namespace millrace::perf
