// Whether a text is a filter policy, told before it is given to a subscription.
#pragma once

#include <millrace/export.hpp>
#include <millrace/topic.hpp>
#include <string>
#include <string_view>

namespace millrace {
inline namespace v1 {

/// Why a subscription cannot have this filter policy, in the words of Amazon SNS as they follow
/// "Invalid parameter: "; empty: it can. Any thread.
MR_EXPORT std::string filter_policy_problem(std::string_view policy, filter_scope scope);

}  // namespace v1
}  // namespace millrace
