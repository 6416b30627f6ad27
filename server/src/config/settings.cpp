// The server's rows, each tied to its member. A new server option is added here and in
// settings.hpp, and nowhere else. Called while the server starts or reloads.
#include "config/settings.hpp"

#include <arpa/inet.h>

#include <array>
#include <vector>

namespace millrace::config {
namespace {

bool is_ipv4(std::string_view text) noexcept {
  in_addr parsed{};
  return inet_pton(AF_INET, std::string(text).c_str(), &parsed) == 1;
}

struct binding {
  option_row row;
  void (*set)(settings&, std::string_view);  // the value has been checked
  std::string (*get)(const settings&);
};

constexpr std::array<std::string_view, 5> levels{"debug", "info", "warn", "error", "off"};

const option_row port_row{.name = "port",
                          .kind = option_kind::number,
                          .fallback = "4566",
                          .min = 1,
                          .max = 65535,
                          .zero = "any free port, which the first lines name",
                          .sentence = "TCP port to listen on."};

const option_row tls_port_row{
    .name = "tls-port",
    .kind = option_kind::number,
    .fallback = "4567",
    .min = 1,
    .max = 65535,
    .zero = "any free port, which the first lines name",
    .sentence =
        "TCP port to listen on with TLS (HTTPS), if there is a certificate: tls-cert or "
        "tls-self-signed."};

/// A flag that is a member.
template <bool settings::*Member>
constexpr auto set_flag =
    [](settings& to, std::string_view value) { to.*Member = value == "true"; };
template <bool settings::*Member>
constexpr auto get_flag =
    [](const settings& of) { return std::string(of.*Member ? "true" : "false"); };

const option_row connections_row{.name = "connections-max",
                                 .kind = option_kind::number,
                                 .unit = "connections",
                                 .fallback = "4096",
                                 .min = 1,
                                 .max = 32'000,
                                 .sentence = "Connections served at a time; one more is closed."};

const option_row drain_row{.name = "drain-timeout-ms",
                           .kind = option_kind::number,
                           .unit = "ms",
                           .fallback = "5000",
                           .min = 0,
                           .max = 600'000,
                           .reloadable = true,
                           .sentence = "How long SIGTERM waits for requests under way to end."};

const std::array bindings{
    binding{{.name = "host",
             .unit = "address",
             .fallback = "127.0.0.1",
             .min = 7,
             .max = 15,
             .form = "an IPv4 address",
             .matches = is_ipv4,
             .sentence = "Address to listen on; with --auth off it must be a loopback address."},
            [](settings& to, std::string_view value) { to.host = value; },
            [](const settings& of) { return of.host; }},
    binding{port_row,
            [](settings& to, std::string_view value) {
              to.port = static_cast<std::uint16_t>(option_number(port_row, value).value());
            },
            [](const settings& of) { return std::to_string(of.port); }},
    binding{tls_port_row,
            [](settings& to, std::string_view value) {
              to.tls_port = static_cast<std::uint16_t>(option_number(tls_port_row, value).value());
            },
            [](const settings& of) { return std::to_string(of.tls_port); }},
    binding{{.name = "tls-cert",
             .unit = "file",
             .max = 4096,
             .reloadable = true,
             .sentence = "Certificate for TLS with its chain, in PEM form, the server's own first; "
                         "read again at SIGHUP."},
            [](settings& to, std::string_view value) { to.tls_cert = value; },
            [](const settings& of) { return of.tls_cert; }},
    binding{{.name = "tls-key",
             .unit = "file",
             .max = 4096,
             .reloadable = true,
             .sentence = "Private key of tls-cert in PEM form, without a passphrase; read again at "
                         "SIGHUP."},
            [](settings& to, std::string_view value) { to.tls_key = value; },
            [](const settings& of) { return of.tls_key; }},
    binding{{.name = "tls-self-signed",
             .kind = option_kind::flag,
             .fallback = "false",
             .sentence = "TLS with a certificate for localhost that is made at the start; GET "
                         "/_millrace/certificate answers it."},
            set_flag<&settings::tls_self_signed>,
            get_flag<&settings::tls_self_signed>},
    binding{{.name = "tls-only",
             .kind = option_kind::flag,
             .fallback = "false",
             .sentence = "Listen with TLS only: port is not used."},
            set_flag<&settings::tls_only>,
            get_flag<&settings::tls_only>},
    binding{
        {.name = "sns-signatures",
         .kind = option_kind::choice,
         .fallback = "on",
         .choices = "on|off",
         .sentence = "Whether notifications of standard topics are signed, as SNS does it, by a "
                     "key that is made at the first of them; off leaves Signature, "
                     "SignatureVersion and SigningCertURL out."},
        [](settings& to, std::string_view value) { to.sns_signatures = value == "on"; },
        [](const settings& of) { return std::string(of.sns_signatures ? "on" : "off"); }},
    binding{{.name = "auth",
             .kind = option_kind::choice,
             .fallback = "off",
             .choices = "off",
             .sentence = "How requests are authenticated: off believes every request, and so "
                         "listens on loopback only."},
            [](settings& to, std::string_view) { to.auth = auth_mode::off; },
            [](const settings&) { return std::string("off"); }},
    binding{
        {.name = "log-level",
         .kind = option_kind::choice,
         .fallback = "info",
         .choices = "debug|info|warn|error|off",
         .reloadable = true,
         .sentence = "The least severe events that are logged to standard error."},
        [](settings& to, std::string_view value) {
          for (std::size_t i = 0; i < levels.size(); ++i) {
            if (levels[i] == value) to.level = static_cast<log_level>(i);
          }
        },
        [](const settings& of) { return std::string(levels[static_cast<std::size_t>(of.level)]); }},
    binding{connections_row,
            [](settings& to, std::string_view value) {
              to.connections_max =
                  static_cast<std::uint32_t>(option_number(connections_row, value).value());
            },
            [](const settings& of) { return std::to_string(of.connections_max); }},
    binding{drain_row,
            [](settings& to, std::string_view value) {
              to.drain_timeout_ms =
                  static_cast<std::uint32_t>(option_number(drain_row, value).value());
            },
            [](const settings& of) { return std::to_string(of.drain_timeout_ms); }},
};

// What only a program that embeds the engine can choose: the server polls its lanes itself.
constexpr std::array<std::string_view, 3> embedder_only{"threading", "clients-max",
                                                        "client-window"};

bool is_embedder_only(std::string_view name) {
  for (const std::string_view hidden : embedder_only) {
    if (hidden == name) return true;
  }
  return false;
}

std::string tls_contradiction(const settings& chosen) {
  if (chosen.tls_cert.empty() != chosen.tls_key.empty()) {
    return chosen.tls_key.empty() ? "tls-cert needs tls-key, the file of its private key"
                                  : "tls-key needs tls-cert, the file of its certificate";
  }
  if (chosen.tls_self_signed && !chosen.tls_cert.empty()) {
    return "tls-self-signed makes a certificate, so tls-cert cannot be given as well";
  }
  if (chosen.tls_only && !chosen.uses_tls()) {
    return "tls-only needs a certificate: give tls-cert and tls-key, or tls-self-signed";
  }
  if (chosen.uses_tls() && !chosen.tls_only && chosen.port == chosen.tls_port && chosen.port != 0) {
    return "port and tls-port are both " + std::to_string(chosen.port) +
           ": one port cannot do both; tls-only leaves port out";
  }
  return {};
}

}  // namespace

std::span<const option_row> settings_table() {
  static const std::vector<option_row> table = [] {
    std::vector<option_row> rows;
    for (const binding& own : bindings) rows.push_back(own.row);
    for (const option_row& row : option_table()) {
      if (!is_embedder_only(row.name)) rows.push_back(row);
    }
    return rows;
  }();
  return table;
}

bool set_setting(settings& target, std::string_view name, std::string_view value) {
  for (const binding& own : bindings) {
    if (own.row.name != name) continue;
    own.set(target, value);
    return true;
  }
  return !is_embedder_only(name) && set_option(target.engine, name, value).has_value();
}

std::string get_setting(const settings& source, std::string_view name) {
  for (const binding& own : bindings) {
    if (own.row.name == name) return own.get(source);
  }
  return is_embedder_only(name) ? std::string() : get_option(source.engine, name);
}

bool is_loopback(std::string_view host) noexcept {
  in_addr parsed{};
  return inet_pton(AF_INET, std::string(host).c_str(), &parsed) == 1 &&
         (ntohl(parsed.s_addr) >> 24) == 127;
}

std::string contradiction(const settings& chosen) {
  if (std::string wrong = tls_contradiction(chosen); !wrong.empty()) return wrong;
  if (chosen.auth == auth_mode::off && !is_loopback(chosen.host)) {
    return "auth is off, so host must be a loopback address (127.0.0.1), not " + chosen.host +
           ": requests from other machines are not verified in this version";
  }
  if (chosen.engine.data_dir.empty() &&
      chosen.engine.level.value_or(durability::memory) > durability::memory) {
    return "durability is " + get_setting(chosen, "durability") +
           ", which needs a directory to keep messages in: give data as well";
  }
  return {};
}

}  // namespace millrace::config
