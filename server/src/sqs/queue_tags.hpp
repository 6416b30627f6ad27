// Tags of a queue: stored attributes with a prefix; one of them is the queue's durability. Used by
// CreateQueue, TagQueue, UntagQueue and ListQueueTags.
#pragma once

#include <optional>

#include "sqs/call.hpp"

namespace millrace::sqs {

/// The level of a queue is a tag, so that every client can give it.
constexpr std::string_view durability_tag = "millrace:durability";

/// Adds tags to c.attributes.stored.
std::optional<aws::error> read_tags(call& c, const aws::value& map);
/// Marks tags for removal there.
void remove_tags(call& c, std::span<const aws::value> keys);
/// Calls f(key, value) for each tag.
template <class F>
void for_each_tag(const queue_attributes& attributes, F&& f) {
  constexpr std::string_view prefix = "tag:";
  for (const auto& [key, value] : attributes.stored) {
    if (!key.starts_with(prefix)) continue;
    f(std::string_view(key).substr(prefix.size()), std::string_view(value).substr(1));
  }
}

}  // namespace millrace::sqs
