// The paths under /_millrace/: is it alive, is it ready, what has it done; and with virtual time,
// moving the clock. Answered on the I/O thread that got the request.
#pragma once

#include "aws/route.hpp"
#include "daemon/pending_call.hpp"

namespace millrace::daemon {

/// The handler of a path of our own.
const sqs::handler& admin_handler(aws::observation what) noexcept;

}  // namespace millrace::daemon
