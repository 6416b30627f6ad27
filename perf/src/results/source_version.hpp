// Which commit the measured program was built from. Used by run_record.
#pragma once

#include <string>

namespace millrace::perf {

struct source_version {
  std::string commit = "unknown";  ///< abbreviated to 12 digits
  bool modified = true;            ///< tracked files outside results/ differ from the commit
};

/// Asks git about the source tree this program was configured from; "unknown" without git.
[[nodiscard]] source_version current_source_version();

}  // namespace millrace::perf
