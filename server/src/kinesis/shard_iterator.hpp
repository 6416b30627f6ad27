// ShardIterator: a reader's place in a shard, sealed; good for five minutes.
#pragma once

#include <string>
#include <string_view>

#include "kinesis/call.hpp"

namespace millrace::kinesis {

struct shard_iterator {
  stream_handle stream;
  shard_position at;
  std::string_view stream_name;  ///< for texts
};

/// Made now.
std::string iterator_text(const call& c, const shard_iterator& iterator);
/// What an iterator says; its name lies in c.kept, and is the call's stream from now on. False: it
/// is none, or too old; answered.
bool read_iterator(call& c, std::string_view text, shard_iterator& out);

/// Where a request wants to begin, from the members of GetShardIterator or StartingPosition, on
/// c.shard. An error if they contradict each other.
std::optional<aws::error> read_start(const call& c, std::string_view type,
                                     const aws::value& sequence_number, const aws::value& timestamp,
                                     shard_start& out);
/// Why the engine found errc::invalid_position.
aws::error invalid_start(const call& c, std::string_view type, const aws::value& sequence_number,
                         const aws::value& timestamp);

}  // namespace millrace::kinesis
