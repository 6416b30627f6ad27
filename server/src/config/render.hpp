// The tables of settings and limits as people read them: help, a settings file, docs/options.md
// and docs/limits.md.
#pragma once

#include <string>

#include "config/settings.hpp"

namespace millrace::config {

/// The text of --help.
std::string help_text();

/// The URL that clients use; empty if the port is not known yet (0).
std::string address_text(const settings& chosen);

/// The settings as a TOML file that --config accepts, a sentence above each.
std::string config_text(const settings& chosen);

/// docs/options.md.
std::string options_page();

/// docs/limits.md.
std::string limits_page();

}  // namespace millrace::config
