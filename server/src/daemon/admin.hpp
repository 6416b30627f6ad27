// The paths under /_millrace/: is it alive, is it ready, what has it done; and with virtual time,
// moving the clock. Answered on the I/O thread that got the request.
#pragma once

#include "aws/call.hpp"

namespace millrace::daemon {

/// The paths of our own as a service, whose operations are the observations of aws/route.hpp.
extern const aws::service admin_service;

}  // namespace millrace::daemon
