#include "daemon/credentials_of.hpp"

#include "config/text_file.hpp"

namespace millrace::daemon {

tls::credentials_or_null credentials_of(const config::settings& chosen, std::string& why) {
  if (chosen.tls_self_signed) return tls::credentials::make_self_signed(chosen.host, why);
  if (chosen.tls_cert.empty()) return nullptr;
  config::or_error<std::string> certificate = config::read_text_file(chosen.tls_cert);
  if (!certificate) {
    why = "tls-cert: " + certificate.error;
    return nullptr;
  }
  config::or_error<std::string> key = config::read_text_file(chosen.tls_key);
  if (!key) {
    why = "tls-key: " + key.error;
    return nullptr;
  }
  return tls::credentials::read({"tls-cert: " + chosen.tls_cert, std::move(*certificate)},
                                {"tls-key: " + chosen.tls_key, std::move(*key)}, why);
}

}  // namespace millrace::daemon
