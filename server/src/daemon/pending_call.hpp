// pending_call: a request under way, tied to its connection. Pooled by its worker; its address is
// the token of the engine operations that it submits.
#pragma once

#include "sqs/call.hpp"

namespace millrace::daemon {

struct connection;
class worker;

struct pending_call : sqs::call {
  connection* from = nullptr;
  daemon::worker* on = nullptr;
  const sqs::handler* does = nullptr;
  char request_id[36];     ///< head.request_id
  lane_statistics totals;  ///< of a metrics request, over the lanes asked so far
};

}  // namespace millrace::daemon
