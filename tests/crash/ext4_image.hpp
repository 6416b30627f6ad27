// A small ext4 of our own in a file, mounted through a loop device: what power cuts and full disks
// are tried on. Needs root, and a thread that is the only one of its process. Unmounted and removed
// by the destructor; gone with the process in any case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace millrace::crash {

class ext4_image {
 public:
  /// Makes, formats and mounts it at `folder`/mount. Throws std::runtime_error, in words, when that
  /// is not permitted here.
  ext4_image(const std::string& folder, std::uint64_t bytes);
  ~ext4_image();
  ext4_image(const ext4_image&) = delete;
  ext4_image& operator=(const ext4_image&) = delete;

  [[nodiscard]] const std::string& mount_point() const noexcept { return mount_point_; }

  /// The power fails: from when it returns on nothing reaches the device any more, not even the
  /// file system's own log. Throws std::runtime_error when the kernel refuses.
  void cut();
  /// After the power is back: what had reached the device is there again.
  void remount();
  /// An empty file system in place of this one.
  void reformat();

 private:
  void attach();
  void format();
  void mount();
  void unmount() noexcept;
  void detach() noexcept;

  std::string image_, mount_point_, device_;
  int loop_ = -1;
  bool mounted_ = false;
};

}  // namespace millrace::crash
