// A millraced that the tool starts on a free port, can make stand still, and always stops.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "load/socket.hpp"

namespace millrace::perf {

class server_process {
 public:
  /// Starts `program` (--port and --host are added to `arguments`) and waits until it answers.
  /// Throws std::runtime_error with what it said when it ends or does not answer in 10 s.
  server_process(const std::string& program, const std::vector<std::string>& arguments);
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  [[nodiscard]] const endpoint& where() const noexcept { return endpoint_; }
  [[nodiscard]] pid_t id() const noexcept { return process_; }
  void stall() noexcept;
  void resume() noexcept;

 private:
  void start(const std::string& program, const std::vector<std::string>& arguments);
  [[nodiscard]] bool answers() const;
  [[nodiscard]] std::string said() const;
  void stop() noexcept;

  endpoint endpoint_;
  int output_ = -1;  ///< a file without a name: what it printed
  pid_t process_ = -1;
};

/// millraced in the build or installation that this program belongs to, else by its name on PATH.
[[nodiscard]] std::string find_millraced();

}  // namespace millrace::perf
