// Reads MILLRACE_* from an environment against the settings table. Called by load().
#pragma once

#include <string>
#include <vector>

#include "config/assignment.hpp"

namespace millrace::config {

struct environment {
  std::string file;  ///< MILLRACE_CONFIG; empty if not set
  assignments given;
  std::vector<std::string> unknown;  ///< MILLRACE_* names that no row has
};

/// The variable of a row: "memory-max" -> "MILLRACE_MEMORY_MAX".
std::string variable_name(std::string_view row_name);

/// `variables` as main's third parameter or environ: "NAME=value", null at the end.
environment read_environment(const char* const* variables);

}  // namespace millrace::config
