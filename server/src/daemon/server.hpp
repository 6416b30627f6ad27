// server: the engine and its workers, from the settings to the last reply. Made, run and ended by
// main on the first thread, which is also worker 0.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/load.hpp"
#include "daemon/worker.hpp"
#include "net/io_thread.hpp"
#include "net/signals.hpp"

namespace millrace::daemon {

class server final : private signal_handler {
 public:
  explicit server(config::loaded loaded) : loaded_(std::move(loaded)) {}

  /// Opens engine and sockets. Empty, or why not, in words.
  std::string open(net::descriptor signals);
  /// Where it listens, e.g. "127.0.0.1:4566".
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] std::uint32_t lanes() const noexcept { return engine_.lanes(); }
  [[nodiscard]] recovery_summary recovered() const { return engine_.recovered(); }
  /// Serves until SIGTERM or SIGINT.
  void run();

 private:
  std::string open_engine();
  std::string open_workers();
  void on_signals() override;
  void reload();

  config::loaded loaded_;
  net::descriptor signals_;
  std::string address_;
  aws::account_state account_;
  millrace::engine engine_;
  net::countdown undrained_;
  std::vector<std::unique_ptr<worker>> workers_;
};

}  // namespace millrace::daemon
