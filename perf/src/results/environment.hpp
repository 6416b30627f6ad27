// The machine and build a measurement was made on (what decides comparability), and the disturbance
// seen while it ran. Used by run_record; reads /proc and /sys on the calling thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace millrace::perf {

/// Facts as (name, value) in a fixed order. `identity` decides the environment key; `observed` is
/// written beside it and never compared.
struct environment {
  std::vector<std::pair<std::string, std::string>> identity;
  std::vector<std::pair<std::string, std::string>> observed;
};

/// Reads the present machine and this program's build. A fact that cannot be read is "unknown".
[[nodiscard]] environment probe_environment();

/// SHA-256, in hex, of the identity facts, one "name=value\n" each.
[[nodiscard]] std::string environment_key(const environment& env);

/// SHA-256 of `bytes` in lower-case hex.
[[nodiscard]] std::string sha256_hex(const std::string& bytes);

/// True when this program was compiled without optimisation or with a sanitizer.
[[nodiscard]] bool is_debug_build() noexcept;

/// Counters of the whole machine at one moment; the difference of two is what a run suffered.
struct machine_sample {
  std::uint64_t wall_ns = 0;               ///< monotonic
  std::uint64_t cpu_ticks = 0;             ///< all columns of the "cpu" line of /proc/stat
  std::uint64_t steal_ticks = 0;           ///< its steal column
  std::uint64_t pressure_some_us = 0;      ///< /proc/pressure/cpu, "some" total
  std::uint64_t involuntary_switches = 0;  ///< of this process
  double mhz_min = 0, mhz_max = 0;         ///< over the cores, now
  bool has_pressure = false;
};

[[nodiscard]] machine_sample sample_machine();

/// What a run suffered between two samples. Shares are in percent of wall (pressure) or of all
/// processor time (steal).
struct disturbance {
  double seconds = 0;
  double steal_percent = 0;
  double pressure_percent = 0;
  double involuntary_switches_per_second = 0;
  double mhz_spread_percent = 0;
  bool has_pressure = false;
};

[[nodiscard]] disturbance difference(const machine_sample& before, const machine_sample& after);

}  // namespace millrace::perf
