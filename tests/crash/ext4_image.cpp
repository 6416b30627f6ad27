#include "ext4_image.hpp"

#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>

#include "load/socket.hpp"
#include "server_process.hpp"

namespace millrace::crash {

namespace {

constexpr unsigned long ext4_ioc_shutdown = 0x8004587d;
constexpr std::uint32_t shutdown_without_log_flush = 2;

class descriptor {
 public:
  descriptor(const std::string& path, int flags) : value_(open(path.c_str(), flags | O_CLOEXEC)) {
    if (value_ < 0) perf::throw_errno(path);
  }
  ~descriptor() { close(value_); }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return value_; }

 private:
  int value_;
};

/// Mounts of ours are seen by us and our children only, and go when the last of us does, however
/// that ends.
void leave_mount_namespace() {
  static bool left = false;
  if (left) return;
  if (unshare(CLONE_NEWNS) != 0) perf::throw_errno("unshare");
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    perf::throw_errno("mount /");
  left = true;
}

}  // namespace

ext4_image::ext4_image(const std::string& folder, std::uint64_t bytes)
    : image_(folder + "/ext4.img"), mount_point_(folder + "/mount") {
  std::filesystem::create_directories(mount_point_);
  const int file = open(image_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, static_cast<off_t>(bytes)) != 0) perf::throw_errno(image_);
  close(file);
  leave_mount_namespace();
  try {
    attach();
    format();
    mount();
  } catch (...) {
    detach();
    throw;
  }
}

ext4_image::~ext4_image() {
  unmount();
  detach();
  std::error_code ignored;
  std::filesystem::remove(image_, ignored);
  std::filesystem::remove(mount_point_, ignored);
}

void ext4_image::attach() {
  const descriptor file(image_, O_RDWR);
  const descriptor control("/dev/loop-control", O_RDWR);
  // Another process may take the free device before us.
  for (int attempt = 0; attempt < 100; ++attempt) {
    const int number = ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) perf::throw_errno("LOOP_CTL_GET_FREE");
    device_ = "/dev/loop" + std::to_string(number);
    loop_ = open(device_.c_str(), O_RDWR | O_CLOEXEC);
    if (loop_ < 0) perf::throw_errno(device_);
    loop_config wanted{};
    wanted.fd = static_cast<std::uint32_t>(file.get());
    wanted.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    if (ioctl(loop_, LOOP_CONFIGURE, &wanted) == 0) return;
    close(loop_);
    loop_ = -1;
    if (errno != EBUSY) perf::throw_errno("LOOP_CONFIGURE " + device_);
  }
  throw std::runtime_error("no free loop device");
}

void ext4_image::format() {
  const auto made = run_program({"mkfs.ext4", "-q", "-F", "-E", "nodiscard", device_});
  if (made.code != 0) throw std::runtime_error("mkfs.ext4: " + made.output);
}

void ext4_image::mount() {
  if (::mount(device_.c_str(), mount_point_.c_str(), "ext4", MS_NOATIME, nullptr) != 0) {
    perf::throw_errno("mount " + device_);
  }
  mounted_ = true;
}

void ext4_image::unmount() noexcept {
  // Its last user may have ended a moment ago.
  for (int attempt = 0; mounted_ && attempt < 2000; ++attempt) {
    mounted_ = umount2(mount_point_.c_str(), 0) != 0 && errno == EBUSY;
    if (mounted_) usleep(500);
  }
  if (mounted_) umount2(mount_point_.c_str(), MNT_DETACH);
  mounted_ = false;
}

void ext4_image::detach() noexcept {
  if (loop_ >= 0) close(loop_);  // the last one: the device lets go of the file
  loop_ = -1;
}

void ext4_image::cut() {
  const descriptor root(mount_point_, O_RDONLY | O_DIRECTORY);
  const std::uint32_t how = shutdown_without_log_flush;
  if (ioctl(root.get(), ext4_ioc_shutdown, &how) != 0) perf::throw_errno("EXT4_IOC_SHUTDOWN");
}

void ext4_image::remount() {
  unmount();
  mount();
}

void ext4_image::reformat() {
  unmount();
  format();
  mount();
}

}  // namespace millrace::crash
