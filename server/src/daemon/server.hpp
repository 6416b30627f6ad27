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
#include "sns/signer.hpp"

namespace millrace::daemon {

class server final : private signal_handler {
 public:
  explicit server(config::loaded loaded) : loaded_(std::move(loaded)) {}

  /// Opens engine and sockets. Empty, or why not, in words.
  std::string open(net::descriptor signals);
  /// Where it listens in the clear and with TLS, e.g. "127.0.0.1:4566"; empty if it does not.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] const std::string& tls_address() const noexcept { return tls_address_; }
  /// Of TLS: whose it is and how long it is good, in words.
  [[nodiscard]] std::string about_certificate() const;
  [[nodiscard]] std::uint32_t lanes() const noexcept { return engine_.lanes(); }
  [[nodiscard]] recovery_summary recovered() const { return engine_.recovered(); }
  /// Serves until SIGTERM or SIGINT.
  void run();

 private:
  std::string open_engine();
  std::string open_workers();
  std::string listen(std::uint32_t lane, worker_options& into);
  void on_signals() override;
  void reload();
  void reload_settings();
  void reload_credentials();

  config::loaded loaded_;
  net::descriptor signals_;
  std::string address_;
  std::string tls_address_;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
  tls::credentials_or_null credentials_;
  millrace::engine engine_;
  sns::signer signer_;
  net::countdown undrained_;
  std::vector<std::unique_ptr<worker>> workers_;
};

}  // namespace millrace::daemon
