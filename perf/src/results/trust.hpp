// The verdict on a run: may its figures be believed? A pure function of what was observed, so that
// each rule is tested by itself. Called by run_record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/environment.hpp"

namespace millrace::perf {

enum class trust : std::uint8_t { good, suspect, invalid };

[[nodiscard]] const char* to_string(trust value) noexcept;

/// What the run itself knows beside the machine's disturbance.
struct run_facts {
  std::optional<double> offered_per_second{};     ///< of an open-loop run
  std::optional<double> achieved_per_second{};    ///< of an open-loop run
  std::optional<double> ci_half_width_percent{};  ///< of the headline metric
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t out_of_order = 0;
  bool debug_build = false;
  bool pinned_threads = false;
  bool limited_by_generator = false;
};

struct trust_verdict {
  trust value = trust::good;
  std::vector<std::string> reasons;  ///< one sentence a broken rule; empty when good
};

/// How much of the machine others may have: of a whole run, and of each of its seconds.
namespace disturbance_limit {
inline constexpr double steal_percent = 2;
inline constexpr double pressure_percent = 20;
inline constexpr double involuntary_switches_per_second = 50;  ///< of pinned threads
}  // namespace disturbance_limit

/// One of these is exceeded: alone it would make a run suspect or worse.
[[nodiscard]] bool is_contaminated(const disturbance& seen, bool pinned_threads) noexcept;

/// Invalid: steal > 2 %, achieved < 99 % of offered, any loss, duplicate or disorder, a debug
/// build, a generator that was the limit. Suspect: processor pressure > 20 %, pinned threads
/// interrupted > 50 times a second, core clocks apart by > 5 %, half interval > 10 %.
[[nodiscard]] trust_verdict judge(const disturbance& seen, const run_facts& facts);

}  // namespace millrace::perf
