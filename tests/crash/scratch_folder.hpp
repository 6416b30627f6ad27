// A folder of our own under the system's temporary directory, removed unless it is to be kept.
#pragma once

#include <string>

namespace millrace::crash {

class scratch_folder {
 public:
  /// Throws std::runtime_error.
  scratch_folder();
  ~scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  void keep() noexcept { keep_ = true; }

 private:
  std::string path_;
  bool keep_ = false;
};

}  // namespace millrace::crash
