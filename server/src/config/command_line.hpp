// Reads millraced's command line against the settings table. Called once, by main.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "config/assignment.hpp"

namespace millrace::config {

/// What the command line asks the program to do.
enum class action : std::uint8_t {
  run,
  help,
  version,
  check_config,     ///< say whether flags, environment and file are in order, and end
  print_config,     ///< print the settings that result from them, and end
  print_address,    ///< print the URL that the server would listen on, and end
  print_placement,  ///< print which lane and thread would run where, and end
  check_data,       ///< verify the data directory `directory`, and end
};

struct command_line {
  action what = action::run;
  std::string file;       ///< --config; empty if not given
  std::string directory;  ///< --check
  assignments given;
};

/// Options that are no settings: they choose an action or the file.
struct action_row {
  const char* name;
  const char* value;  ///< name of its value in help; null = none
  action what;
  const char* sentence;
};
std::span<const action_row> action_table();

/// `arguments` without the program's name. Unknown options, missing values and left-over words are
/// errors; values are not checked yet.
or_error<command_line> read_command_line(std::span<const char* const> arguments);

}  // namespace millrace::config
