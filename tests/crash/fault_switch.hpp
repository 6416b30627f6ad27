// The driver's end of the injected errors: a mapped fault_control, and the environment by which a
// server gets the library that obeys it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fault_control.h"

namespace millrace::crash {

struct fault {
  fault_site site = FAULT_PWRITEV2;
  fault_kind kind = FAULT_ERROR;
  int error = 0;
  std::uint64_t nth = 1;  ///< call from now on, from 1
};

class fault_switch {
 public:
  /// `library` is to be preloaded; calls on files below `directory` count. Throws
  /// std::runtime_error.
  fault_switch(const std::string& library, const std::string& control_file,
               const std::string& directory);
  ~fault_switch();
  fault_switch(const fault_switch&) = delete;
  fault_switch& operator=(const fault_switch&) = delete;

  /// For server_process.
  [[nodiscard]] const std::vector<std::string>& environment() const noexcept {
    return environment_;
  }

  /// From when it has fired, and `grace_ns` have passed, nothing may be acked.
  void arm(const fault& wanted, std::uint64_t grace_ns) noexcept;
  [[nodiscard]] bool fired() const noexcept;
  [[nodiscard]] std::uint64_t& death() noexcept { return control_->dead_ns; }
  [[nodiscard]] std::uint64_t calls(fault_site site) const noexcept;

 private:
  fault_control* control_ = nullptr;
  std::vector<std::string> environment_;
};

[[nodiscard]] const char* to_string(fault_site site) noexcept;

}  // namespace millrace::crash
