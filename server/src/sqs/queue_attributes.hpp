// Queue attributes as clients write them (names and texts) and as the engine holds them. One table
// says which there are. Used by CreateQueue, SetQueueAttributes and
// GetQueueAttributes.
#pragma once

#include <optional>

#include "sqs/call.hpp"

namespace millrace::sqs {

/// Reads a map of attributes of c.queue_name into c.attributes and c.given; names in it get
/// checked. `creating`: attributes that only creation may give are allowed. Returns what is wrong.
std::optional<aws::error> read_attributes(call& c, const aws::value& map, bool creating);
/// What to tell a client of attributes that the engine has refused.
aws::error attributes_error(const call& c, errc why);

/// What is wrong with `target` as the dead-letter queue that c.attributes names.
std::optional<aws::error> refuse_target(const call& c, const queue_description& target);

/// Which attributes a GetQueueAttributes asks for, as bits of the table; false: one is unknown.
bool read_names(std::span<const aws::value> names, std::uint64_t& wanted,
                std::string_view& unknown);
/// Writes those that are wanted and have a value as a map; without any, nothing.
void write_attributes(const call& c, aws::reply_writer& writer, aws::member_id to,
                      const queue_description& q, std::uint64_t wanted);

/// The first given attribute whose value differs from the queue's; empty if none does.
std::string_view first_difference(const queue_attributes& has, const queue_attributes& wanted,
                                  std::uint32_t given);

}  // namespace millrace::sqs
