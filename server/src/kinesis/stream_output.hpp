// What answers tell of streams and their shards.
#pragma once

#include "kinesis/call.hpp"

namespace millrace::kinesis {

std::string_view mode_text(stream_mode mode) noexcept;
std::string_view status_text(stream_status status) noexcept;
/// Of StreamModeDetails; provisioned when absent.
stream_mode read_mode(const aws::value& details) noexcept;

/// Structures and lists, begun and ended.
void write_mode(aws::reply_writer& writer, stream_mode mode);
void write_metrics(aws::reply_writer& writer, std::uint8_t metrics);
/// A list of one EnhancedMetrics.
void write_monitoring(aws::reply_writer& writer, std::uint8_t metrics);
void write_warm_throughput(aws::reply_writer& writer, std::uint32_t mibps);
void write_hash_range(aws::reply_writer& writer, const shard_description& shard);
void write_shard(aws::reply_writer& writer, const shard_description& shard);
/// ChildShard.
void write_child(aws::reply_writer& writer, const shard_description& child);

}  // namespace millrace::kinesis
