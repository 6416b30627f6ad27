// The tests of crash_driver. Each prints what it did, appends its rows to the trust file, and gives
// the exit code.
#pragma once

#include <string>

#include "crash_options.hpp"
#include "test_bed.hpp"

namespace millrace::crash {

inline constexpr int exit_ok = 0;
inline constexpr int exit_violations = 1;
inline constexpr int exit_void = 3;
inline constexpr int exit_not_run = 77;

[[nodiscard]] bed_settings bed_settings_of(const crash_options& chosen, const std::string& folder);

/// control, kill and power_cut.
int run_crashes(const crash_options& chosen);
int run_disk_full(const crash_options& chosen);
int run_io_error(const crash_options& chosen);
int run_at_rest(const crash_options& chosen);

}  // namespace millrace::crash
