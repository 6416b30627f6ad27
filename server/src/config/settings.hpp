// settings: everything that millraced can be told, and the table of rows from which its flags,
// environment, file, help and docs come. Made while the server starts and again at each SIGHUP;
// plain data after that.
#pragma once

#include <cstdint>
#include <millrace/option_table.hpp>
#include <millrace/options.hpp>
#include <span>
#include <string>
#include <string_view>

namespace millrace::config {

/// How requests prove who sent them. `off` believes everybody, and so listens on loopback only.
enum class auth_mode : std::uint8_t { off };

/// The least severe events that are logged.
enum class log_level : std::uint8_t { debug, info, warn, error, off };

struct settings {
  std::string host = "127.0.0.1";  ///< an IPv4 address
  std::uint16_t port = 4566;       ///< 0 = any free one
  std::uint16_t tls_port = 4567;   ///< 0 = any free one; used if there is a certificate
  std::string tls_cert;            ///< a file, and so is tls_key; empty: none
  std::string tls_key;
  bool tls_self_signed = false;  ///< instead of files
  bool tls_only = false;         ///< `port` is not used
  bool sns_signatures = true;    ///< notifications of topics are signed
  auth_mode auth = auth_mode::off;
  log_level level = log_level::info;
  std::uint32_t connections_max = 4096;
  std::uint32_t drain_timeout_ms = 5000;  ///< SIGTERM: at most this long for open requests
  millrace::options engine;

  [[nodiscard]] bool uses_tls() const noexcept { return tls_self_signed || !tls_cert.empty(); }
};

/// The server's own rows, and after them those engine rows that a server has a use for.
std::span<const option_row> settings_table();

/// Sets the row of that name to a value that check_option() has passed; false if there is none.
bool set_setting(settings& target, std::string_view name, std::string_view value);

/// The value of the row of that name, as text that set_setting() accepts; empty if there is none.
std::string get_setting(const settings& source, std::string_view name);

/// Is the address one that only this machine can reach (127.0.0.0/8)?
bool is_loopback(std::string_view host) noexcept;

/// What contradicts or is not possible in this version, in words; empty if all is well.
std::string contradiction(const settings& chosen);

}  // namespace millrace::config
