// Reads a TOML settings file. Called by load() when the server starts, and at each SIGHUP.
#pragma once

#include <string>

#include "config/assignment.hpp"

namespace millrace::config {

/// The file's keys with their line numbers. A file that cannot be read, is no TOML, or holds
/// anything but `key = number, string or boolean` is an error that names file and line; whether the
/// keys are known and the values allowed is checked by load().
or_error<assignments> read_config_file(const std::string& path);

}  // namespace millrace::config
