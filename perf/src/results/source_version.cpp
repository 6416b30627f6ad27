// Asks git through a pipe; nothing here is on a measured path.

#include "results/source_version.hpp"

#include <array>
#include <cstdio>

namespace millrace::perf {

namespace {

/// First line of a command's output, empty when it fails or prints nothing.
std::string run(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::array<char, 256> line{};
  std::string text = std::fgets(line.data(), line.size(), pipe) != nullptr ? line.data() : "";
  const bool drained = std::fgets(line.data(), line.size(), pipe) == nullptr;
  const int status = pclose(pipe);
  if (status != 0 && drained) return {};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

source_version current_source_version() {
  const std::string git = "git -C '" MILLRACE_SOURCE_DIR "' ";
  source_version version;
  const std::string commit = run(git + "rev-parse --short=12 HEAD 2>/dev/null");
  if (commit.empty()) return version;
  version.commit = commit;
  const std::string measured_files = "-- . ':!results' ':!README.md'";
  version.modified =
      !run(git + "status --porcelain --untracked-files=no " + measured_files + " 2>/dev/null")
           .empty();
  return version;
}

}  // namespace millrace::perf
