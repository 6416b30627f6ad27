// What SQS refuses in a queue's access policy as a whole, whoever wrote it: SetQueueAttributes,
// CreateQueue, or AddPermission's new statement. What is taken is stored as it is. A pure function,
// any thread.
#pragma once

#include <optional>
#include <string>

#include "aws/error.hpp"

namespace millrace::sqs {

[[nodiscard]] std::optional<aws::error> check_policy(const std::string& policy);

}  // namespace millrace::sqs
