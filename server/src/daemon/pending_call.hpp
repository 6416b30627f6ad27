// pending_call: a request under way, tied to its connection. Pooled by its worker. While a long
// poll waits its ticket stands for it.
#pragma once

#include "sqs/call.hpp"

namespace millrace::daemon {

class worker;

struct pending_call : sqs::call {
  daemon::worker* on = nullptr;
  lane_statistics totals;  ///< of a metrics request, over the lanes asked so far
};

}  // namespace millrace::daemon
