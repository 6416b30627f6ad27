// A topic's attributes under the names that SNS gives them. Pure.
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

namespace millrace::sns {

/// Whether attributes are given as CreateTopic and Subscribe take them, or one by one by the
/// operations that set them: what is wrong is told in other words.
enum class given_by : std::uint8_t { creation, setting };

/// "... Attributes Reason: NAME: why", or of a setting "... NAME: why".
aws::error wrong_attribute(given_by by, std::string_view name, std::string_view why);

/// Reads one attribute of a topic, FIFO or not, into `settings` and `given`.
std::optional<aws::error> read_topic_attribute(given_by by, bool fifo, std::string_view name,
                                               std::string_view value, topic_settings& settings,
                                               std::uint32_t& given);

/// All that GetTopicAttributes shows, sorted by name.
std::vector<std::pair<std::string, std::string>> topic_attributes_of(
    const aws::service_context& context, const topic_description& topic);

}  // namespace millrace::sns
