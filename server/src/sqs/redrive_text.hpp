// The JSON text of a RedrivePolicy attribute.
#pragma once

#include <optional>

#include "sqs/call.hpp"

namespace millrace::sqs {

/// {"deadLetterTargetArn": ..., "maxReceiveCount": number or its text}; "" = no policy. Returns
/// what is wrong with it.
std::optional<aws::error> read_redrive(const service_context& context, std::string_view text,
                                       redrive_policy& out);
std::string redrive_text(const service_context& context, const redrive_policy& policy);

}  // namespace millrace::sqs
