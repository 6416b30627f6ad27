// Reads a small file whole: settings, certificates. Called when the server starts or reloads.
#pragma once

#include <string>

#include "config/assignment.hpp"

namespace millrace::config {

/// At most 1 MiB. The error names the file.
or_error<std::string> read_text_file(const std::string& path);

}  // namespace millrace::config
