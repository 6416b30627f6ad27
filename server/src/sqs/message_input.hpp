// Checks what a client wants to send and brings it into the engine's form: bodies of allowed
// characters, attributes under SQS's rules. Used by SendMessage and SendMessageBatch.
#pragma once

#include <optional>

#include "sqs/call.hpp"

namespace millrace::sqs {

/// The values of one message, from the request or from a batch entry.
struct message_input {
  const aws::value& body;
  const aws::value& delay_seconds;
  const aws::value& attributes;
  const aws::value& system_attributes;
  const aws::value& group_id;
  const aws::value& deduplication_id;
};

/// Fills `out` (its views live as long as the call's input) and returns nothing, or what is wrong.
/// Sizes of whole messages are left to the engine.
std::optional<aws::error> prepare(call& c, const message_input& in, send_entry& out);

/// A group id, deduplication id or attempt id: 1 to 128 printable characters without blanks.
std::optional<aws::error> read_id(const aws::value& id, std::string_view parameter,
                                  std::string_view& out);

/// What to say to the sender of a message over its queue's MaximumMessageSize.
aws::error message_too_long(std::uint32_t bytes_max);

/// Bytes of body and attributes, as SQS counts them.
std::size_t counted_bytes(const send_entry& entry) noexcept;

/// True if every character may stand in a message: XML 1.0's. The text is valid UTF-8.
bool allowed_characters(std::string_view text) noexcept;

}  // namespace millrace::sqs
