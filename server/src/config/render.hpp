// The settings table as people read it: help, a settings file, and docs/options.md.
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

}  // namespace millrace::config
