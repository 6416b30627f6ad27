// The server's log: lines on standard error, for the few events that people or service managers
// read: start, reload, drain, refusals of the operating system. Nothing on the way of a request.
#pragma once

#include <string_view>

#include "config/settings.hpp"

namespace millrace::daemon {

/// Once at the start, and at a reload.
void set_log_level(config::log_level least);

/// Writes "<level> <text>" and a newline if `level` is not below the least one.
void log(config::log_level level, std::string_view text);

}  // namespace millrace::daemon
