// A subscription's attributes under the names that SNS gives them. Pure.
#pragma once

#include <cstdint>
#include <millrace/topic.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/call.hpp"
#include "aws/error.hpp"
#include "sns/topic_attributes.hpp"

namespace millrace::sns {

/// Reads one attribute into `settings`, whose endpoint is known, and `given`. A filter policy is
/// read as a text.
std::optional<aws::error> read_subscription_attribute(given_by by,
                                                      const aws::service_context& context,
                                                      std::string_view name, std::string_view value,
                                                      subscription_settings& settings,
                                                      std::uint32_t& given);

/// Whether the filter policy that these settings have is one for their scope.
std::optional<aws::error> check_filter_policy(given_by by, const subscription_settings& settings);

/// Of what is given, whether `b` has the same.
bool same_where_given(const subscription_settings& a, std::uint32_t given,
                      const subscription_settings& b) noexcept;

/// All that GetSubscriptionAttributes shows, sorted by name.
std::vector<std::pair<std::string, std::string>> subscription_attributes_of(
    const aws::service_context& context, const subscription_description& subscription);

}  // namespace millrace::sns
