// MessageStructure=json: a message that is a JSON object with a text for each protocol, and one for
// all others. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/error.hpp"

namespace millrace::sns {

/// The text for `protocol`, or "default" where it has none, into `out`; or what is wrong.
std::optional<aws::error> pick_message(std::string_view message, std::string_view protocol,
                                       std::string& out);

}  // namespace millrace::sns
