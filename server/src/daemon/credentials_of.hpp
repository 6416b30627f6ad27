// The certificate and key that the settings name, read from their files. Called at the start and at
// each SIGHUP, on the first thread.
#pragma once

#include <string>

#include "config/settings.hpp"
#include "tls/credentials.hpp"

namespace millrace::daemon {

/// Null without TLS, and with a `why` if the files cannot be used.
tls::credentials_or_null credentials_of(const config::settings& chosen, std::string& why);

}  // namespace millrace::daemon
