// Message attributes of a request, checked as SNS checks them and brought into the engine's form.
#pragma once

#include <millrace/types.hpp>
#include <optional>
#include <string_view>

#include "sns/call.hpp"

namespace millrace::sns {

/// What is wrong with an attribute's name, or with its type and value.
std::optional<aws::error> check_attribute_name(std::string_view name);
std::optional<aws::error> check_attribute(std::string_view name, const aws::value& attribute);

/// Encodes a map of attributes into memory of the request, or says what is wrong.
std::optional<aws::error> encode_attributes(call& c, const aws::value& map, bytes_view& out);

/// AWSTraceHeader, if X-Ray's clients say it in a field of the request.
bytes_view encode_trace(call& c);

}  // namespace millrace::sns
