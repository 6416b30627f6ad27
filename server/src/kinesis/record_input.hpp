// What PutRecord and PutRecords share: records into c.entries with the hashes of their keys, which
// are made side by side with those of other calls of the turn.
#pragma once

#include <cstddef>

#include "kinesis/call.hpp"

namespace millrace::kinesis {

/// Makes room for `count` records in c.entries and c.hashes.
void begin_records(call& c, std::size_t count);
/// Reads the next one. An error: its ExplicitHashKey is none.
std::optional<aws::error> add_record(call& c, const aws::value& data, const aws::value& key,
                                     const aws::value& explicit_hash_key);
/// Hashes what needs it, or puts at once.
progress hash_records(call& c);
/// After hashing: puts.
progress put_hashed(call& c);
/// Puts what was not hashed, which the engine does then. (Only start() may ask for hashing.)
progress put_unhashed(call& c);

/// Longer than streams take unless they are told to.
inline bool large(const put_entry& e) noexcept { return e.data.size() > std::size_t{1} << 20; }
/// The first record that a stream with these settings does not take; entries.size(): there is none.
std::size_t first_too_large(const call& c, const stream_settings& settings) noexcept;
/// About that record, at the path of its Data.
aws::error too_large(const put_entry& e, std::string_view path, const stream_settings& settings);

}  // namespace millrace::kinesis
