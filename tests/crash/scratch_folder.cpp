#include "scratch_folder.hpp"

#include <stdlib.h>

#include <filesystem>

#include "load/socket.hpp"

namespace millrace::crash {

scratch_folder::scratch_folder()
    : path_((std::filesystem::temp_directory_path() / "millrace_crash_XXXXXX").string()) {
  if (mkdtemp(path_.data()) == nullptr) perf::throw_errno(path_);
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  if (!keep_) std::filesystem::remove_all(path_, ignored);
}

}  // namespace millrace::crash
