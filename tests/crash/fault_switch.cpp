#include "fault_switch.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "load/socket.hpp"

namespace millrace::crash {

fault_switch::fault_switch(const std::string& library, const std::string& control_file,
                           const std::string& directory) {
  const int file = open(control_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, sizeof(fault_control)) != 0) perf::throw_errno(control_file);
  void* memory = mmap(nullptr, sizeof(fault_control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory == MAP_FAILED) perf::throw_errno("mmap " + control_file);
  control_ = static_cast<fault_control*>(memory);
  directory.copy(control_->directory, sizeof control_->directory - 1);
  control_->countdown = -1;
  control_->dead_ns = ~0ull;
  environment_ = {"LD_PRELOAD=" + library, "MILLRACE_FAULT_CONTROL=" + control_file};
}

fault_switch::~fault_switch() { munmap(control_, sizeof *control_); }

void fault_switch::arm(const fault& wanted, std::uint64_t grace_ns) noexcept {
  control_->site = wanted.site;
  control_->kind = wanted.kind;
  control_->error = wanted.error;
  control_->grace_ns = grace_ns;
  std::atomic_ref(control_->countdown)
      .store(static_cast<std::int64_t>(wanted.nth) - 1, std::memory_order_release);
}

bool fault_switch::fired() const noexcept {
  return std::atomic_ref(control_->fired_ns).load(std::memory_order_acquire) != 0;
}

std::uint64_t fault_switch::calls(fault_site site) const noexcept {
  return std::atomic_ref(control_->calls[site]).load(std::memory_order_relaxed);
}

const char* to_string(fault_site site) noexcept {
  switch (site) {
    case FAULT_PWRITEV2: return "pwritev2";
    case FAULT_PWRITEV: return "pwritev";
    case FAULT_FDATASYNC: return "fdatasync";
    case FAULT_FSYNC: return "fsync";
    case FAULT_RENAMEAT: return "renameat";
    case FAULT_OPENAT: return "openat";
    case FAULT_SITES: break;
  }
  return "";
}

}  // namespace millrace::crash
