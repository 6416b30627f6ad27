// Errors of SNS: rows of its model with the texts that AWS was seen to answer, and what becomes of
// the engine's errcs. Pure, any thread.
#pragma once

#include <millrace/errc.hpp>
#include <string>
#include <string_view>

#include "aws/error.hpp"

namespace millrace::sns {

/// InvalidParameter: "Invalid parameter: " and `what`.
aws::error invalid(std::string_view what);
/// "Invalid parameter: NAME Reason: why".
aws::error invalid(std::string_view parameter, std::string_view why);
/// ParameterValueInvalid, of message attributes.
aws::error invalid_value(std::string text);
/// ValidationError: what the model's constraints found.
aws::error validation(std::string text);
aws::error topic_not_found();
aws::error subscription_not_found();
/// What this version does not serve.
aws::error not_served(std::string_view what, std::string_view why);

aws::error error_of(errc code);

}  // namespace millrace::sns
