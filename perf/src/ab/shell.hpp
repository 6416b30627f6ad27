// Commands whose output is read. One thread.
#pragma once

#include <string>
#include <vector>

namespace millrace::perf {

/// The words as the shell takes them literally.
[[nodiscard]] std::string quoted(const std::vector<std::string>& words);

/// What the command prints; its standard error goes where ours does unless it says otherwise.
/// Throws std::runtime_error when it cannot start or does not exit with 0.
[[nodiscard]] std::string output_of(const std::string& command);

}  // namespace millrace::perf
