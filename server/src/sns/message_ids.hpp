// Ids for messages, made before the engine sees them: a notification tells its own. Random to
// everybody who does not know the process's key.
#pragma once

#include <millrace/types.hpp>

#include "aws/call.hpp"

namespace millrace::sns {

/// A UUID of version 4 that no other call gets.
message_id next_message_id(aws::service_context& context) noexcept;

}  // namespace millrace::sns
