// Records as GetRecords and SubscribeToShard show them.
#pragma once

#include <span>

#include "kinesis/call.hpp"

namespace millrace::kinesis {

/// Room that the records take in an answer, about.
std::size_t bytes_of(std::span<const record_view> records) noexcept;
/// A list of Record.
void write_records(aws::reply_writer& writer, std::span<const record_view> records, bool encrypted);
/// A list of ChildShard.
void write_children(aws::reply_writer& writer, std::span<const shard_description> children);

}  // namespace millrace::kinesis
