// What the three batch operations share: the rules for entries and their ids, and the two lists of
// the reply.
#pragma once

#include "sqs/call.hpp"

namespace millrace::sqs {

/// 1..10 entries with distinct ids of 1..80 characters [A-Za-z0-9_-]. False: an error is answered.
bool check_entries(call& c, std::span<const aws::value> entries, aws::member_id id);

/// The entry's place among those that go to the engine.
inline void submit_entry(call& c, std::size_t entry) {
  c.submitted[c.submitted_count++] = static_cast<std::uint8_t>(entry);
}

/// Writes the Successful list of replies that name only the ids; nothing if none succeeded.
void write_successful_ids(const call& c, aws::reply_writer& writer, aws::member_id successful,
                          aws::member_id successful_id, std::span<const aws::value> entries,
                          aws::member_id id, std::span<const errc> statuses);

/// Writes the Failed list: what never got to the engine, and what the engine refused.
/// statuses[i] belongs to submitted[i].
void write_failed(call& c, aws::reply_writer& writer, aws::member_id failed,
                  std::span<const aws::value> entries, aws::member_id id,
                  std::span<const errc> statuses);

}  // namespace millrace::sqs
