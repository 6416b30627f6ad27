// After a start: are the queues those that were acked, and how many messages do they say they hold?
#pragma once

#include "bodies.hpp"
#include "ledger.hpp"
#include "load/socket.hpp"
#include "recorder.hpp"
#include "roster.hpp"

namespace millrace::crash {

/// Asks for each queue, reports to the ledger what is not as it was acked, learns what was unknown,
/// and makes the queues that are missing and do not come and go. Nothing may be under way.
void check_queues(const perf::endpoint& server, roster& queues, ledger& book, recorder& notes,
                  const bodies& texts);

}  // namespace millrace::crash
