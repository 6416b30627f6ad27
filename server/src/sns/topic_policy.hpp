// A topic's access policy. Pure.
#pragma once

#include <string>
#include <string_view>

#include "aws/call.hpp"

namespace millrace::sns {

inline constexpr std::string_view policy_key = "Policy";

/// The policy of a topic that was given none: its owner may do everything.
std::string default_topic_policy(const aws::service_context& context, std::string_view topic);
/// What remains of it when its last statement is taken away.
std::string empty_topic_policy();

/// A JSON object with statements.
bool valid_topic_policy(std::string_view text);

}  // namespace millrace::sns
