// Checks what a client wants to publish and brings it into the engine's form. Used by Publish and
// PublishBatch.
#pragma once

#include <optional>

#include "sns/call.hpp"

namespace millrace::sns {

/// The values of one message, from the request or from a batch entry.
struct message_input {
  const aws::value& message;
  const aws::value& subject;
  const aws::value& structure;
  const aws::value& attributes;
  const aws::value& group_id;
  const aws::value& deduplication_id;
};

/// Fills `out` (its views live as long as the call's input), but for what the topic says; or what
/// is wrong.
std::optional<aws::error> prepare(call& c, const message_input& in, publication& out);

/// Whether a topic with these settings takes the message; sizes are for who knows all of them.
std::optional<aws::error> check_for_topic(const publication& p, const topic_settings& topic);

}  // namespace millrace::sns
