// Every operation's handler, each defined in the file of its name or of what it is about. Adding
// one: its file, its line here, its place in operations.cpp.
#pragma once

#include "kinesis/call.hpp"

namespace millrace::kinesis {

extern const handler add_tags_to_stream;
extern const handler create_stream;
extern const handler decrease_stream_retention_period;
extern const handler delete_resource_policy;
extern const handler delete_stream;
extern const handler deregister_stream_consumer;
extern const handler describe_account_settings;
extern const handler describe_limits;
extern const handler describe_stream;
extern const handler describe_stream_consumer;
extern const handler describe_stream_summary;
extern const handler disable_enhanced_monitoring;
extern const handler enable_enhanced_monitoring;
extern const handler get_records;
extern const handler get_resource_policy;
extern const handler get_shard_iterator;
extern const handler increase_stream_retention_period;
extern const handler list_shards;
extern const handler list_stream_consumers;
extern const handler list_streams;
extern const handler list_tags_for_resource;
extern const handler list_tags_for_stream;
extern const handler merge_shards;
extern const handler put_record;
extern const handler put_records;
extern const handler put_resource_policy;
extern const handler register_stream_consumer;
extern const handler remove_tags_from_stream;
extern const handler split_shard;
extern const handler start_stream_encryption;
extern const handler stop_stream_encryption;
extern const handler subscribe_to_shard;
extern const handler tag_resource;
extern const handler untag_resource;
extern const handler update_account_settings;
extern const handler update_max_record_size;
extern const handler update_shard_count;
extern const handler update_stream_mode;
extern const handler update_stream_warm_throughput;

}  // namespace millrace::kinesis
