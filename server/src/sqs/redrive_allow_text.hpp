// RedriveAllowPolicy: which queues may name this one as their dead-letter queue. JSON text, stored
// and returned as it was given. Pure functions, any thread.
#pragma once

#include <string_view>

namespace millrace::sqs {

/// Whether it is a policy: redrivePermission allowAll, denyAll, or byQueue with 1 to 10
/// sourceQueueArns.
[[nodiscard]] bool is_redrive_allow_policy(std::string_view text);

/// Whether a queue with this policy ("" is none, and allows all) takes the dead letters of that
/// one.
[[nodiscard]] bool allows_redrive(std::string_view policy, std::string_view source_arn);

}  // namespace millrace::sqs
