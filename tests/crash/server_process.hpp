// A millraced of our own on a free loopback port. It ends with this object, and with this program.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "load/socket.hpp"

namespace millrace::crash {

class server_process {
 public:
  struct settings {
    std::string program;
    std::vector<std::string> arguments{};    ///< without the port
    std::vector<std::string> environment{};  ///< added to ours, "NAME=value"
    std::string log_file;                    ///< its standard error is added here
    double patience_s = 20;                  ///< until it must be ready
  };

  /// Starts it and waits until it says that it is ready. Throws std::runtime_error when it ends
  /// instead, or patience does.
  explicit server_process(const settings& wanted);
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  [[nodiscard]] const perf::endpoint& at() const noexcept { return at_; }
  /// From the start of the process to its first answer that it is ready.
  [[nodiscard]] std::uint64_t start_ns() const noexcept { return start_ns_; }

  /// SIGKILL, without waiting; callable from another thread.
  void kill() noexcept;
  /// Waits until it is gone and gives its status as of waitpid().
  int wait() noexcept;
  /// SIGTERM; throws std::runtime_error unless it ends with success, soon.
  void stop();

 private:
  void await_address(std::uint64_t deadline);
  void await_ready(std::uint64_t deadline);
  void end() noexcept;
  [[noreturn]] void give_up(const std::string& why);

  settings wanted_;
  pid_t process_ = -1;
  int output_ = -1;  ///< kept open: a server that prints must not get SIGPIPE
  perf::endpoint at_;
  std::uint64_t start_ns_ = 0;
};

/// Runs a program to its end and gives its exit code (127: it could not be run, 128 + signal) and
/// what it printed on both outputs.
struct finished_program {
  int code = 0;
  std::string output;
};
[[nodiscard]] finished_program run_program(const std::vector<std::string>& command);

}  // namespace millrace::crash
