// Signals as readable bytes: the program's signals are blocked on every thread and read from one
// descriptor by the first I/O thread. Called by main before any thread starts.
#pragma once

#include "net/descriptor.hpp"

namespace millrace::net {

/// Blocks SIGTERM, SIGINT and SIGHUP for this thread and those it starts, ignores SIGPIPE, and
/// returns where they can be read.
descriptor catch_signals() noexcept;

enum class caught : unsigned char { none, stop, reload };
/// The next signal, none if there is no more.
caught next_signal(const descriptor& from) noexcept;

}  // namespace millrace::net
