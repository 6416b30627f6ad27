// What ChangeMessageVisibility and its batch form share.
#pragma once

#include <optional>

#include "sqs/call.hpp"

namespace millrace::sqs {

/// Reads one change, or says what is wrong with it.
std::optional<aws::error> read_visibility(const aws::value& handle, const aws::value& timeout,
                                          visibility_entry& out);

/// Why the engine refused it.
aws::error visibility_error(errc why, const aws::value& handle, const aws::value& timeout);

}  // namespace millrace::sqs
