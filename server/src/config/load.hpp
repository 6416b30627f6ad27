// Settles what the server runs with: flags over environment over file over defaults. Called by
// main at the start, and at SIGHUP on the thread that waits for signals.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "config/command_line.hpp"
#include "config/environment.hpp"
#include "config/settings.hpp"

namespace millrace::config {

struct loaded {
  action what = action::run;
  settings chosen;
  std::string file;                   ///< the settings file; empty if there is none
  std::vector<std::string> warnings;  ///< for people, one a line

  command_line flags;     ///< kept, so that a reload goes through the same layers
  environment variables;  ///< as they were at the start
};

/// Reads all three layers. Any unknown option, value out of range or contradiction is an error, in
/// words that name the place, the option and what is allowed. `arguments` has no program name.
or_error<loaded> load(std::span<const char* const> arguments, const char* const* variables);

struct reloaded {
  settings chosen;                         ///< the old settings with the reloadable changes
  std::vector<std::string> applied;        ///< names of rows that have changed
  std::vector<std::string> needs_restart;  ///< names of rows that differ now but cannot change
};

/// Reads the file again. On any error nothing changes; otherwise reloadable rows take effect.
/// `running` is what the server runs with at present.
or_error<reloaded> reload(const loaded& origin, const settings& running);

}  // namespace millrace::config
