// The rows of <millrace/limits.hpp>.
#include <algorithm>
#include <array>
#include <millrace/limits.hpp>

namespace millrace {
inline namespace v1 {
namespace {

using when = limit_row::when;

constexpr std::string_view message_quotas = "SQS developer guide, message quotas (2026)";
constexpr std::string_view queue_api = "SQS API reference, CreateQueue (2026-11)";
constexpr std::string_view policy_quotas = "SQS developer guide, policy quotas (2023-2026)";
constexpr std::string_view redrive_guide = "SQS developer guide, dead-letter queue redrive (2026)";
constexpr std::string_view recorded = "error text recorded from AWS (2024-2026)";
constexpr std::string_view account_shards = "shards of provisioned streams";
constexpr std::string_view fifo_rate = "FIFO high throughput";

constexpr std::string_view stream_quotas = "Kinesis developer guide, quotas and limits (2026)";
constexpr std::string_view stream_api = "Kinesis API reference (2026-08)";
constexpr std::string_view throughput_error = "ProvisionedThroughputExceededException";

constexpr std::string_view topic_quotas = "SNS endpoints and quotas (2026)";
constexpr std::string_view topic_api = "SNS API reference, CreateTopic (2026-11)";
constexpr std::string_view filter_guide = "SNS developer guide, filter policy constraints (2026)";

constexpr std::string_view other_regions = "every other region";

constexpr std::uint64_t u(std::int64_t number) { return static_cast<std::uint64_t>(number); }

constexpr std::array rows{
    limit_row{"sqs", "message: body plus attributes", message_bytes_max, "bytes", "message",
              when::option, "InvalidParameterValue", message_quotas},
    limit_row{"sqs", "batch: its messages together", message_bytes_max, "bytes", "call",
              when::option, "BatchRequestTooLong", message_quotas},
    limit_row{"sqs", "MaximumMessageSize, least", message_bytes_min, "bytes", "queue", when::always,
              "InvalidAttributeValue", queue_api},
    limit_row{"sqs", "batch entries", u(batch_entries_max), "entries", "call", when::always,
              "TooManyEntriesInBatchRequest", recorded},
    limit_row{"sqs", "message attributes", u(message_attributes_max), "attributes", "message",
              when::always, "InvalidParameterValue", message_quotas},
    limit_row{"sqs", "MaxNumberOfMessages", u(batch_entries_max), "messages", "call", when::always,
              "InvalidParameterValue", recorded},
    limit_row{"sqs", "DelaySeconds", u(delay_seconds_max), "s", "queue, message", when::always,
              "InvalidParameterValue", queue_api},
    limit_row{"sqs", "MessageRetentionPeriod, least", u(retention_seconds_min), "s", "queue",
              when::always, "InvalidAttributeValue", queue_api},
    limit_row{"sqs", "MessageRetentionPeriod", u(retention_seconds_max), "s", "queue", when::always,
              "InvalidAttributeValue", queue_api},
    limit_row{"sqs", "VisibilityTimeout", u(visibility_seconds_max), "s", "queue, receive, change",
              when::always, "InvalidParameterValue", queue_api},
    limit_row{"sqs", "invisible in all since the receive", u(visibility_seconds_max), "s",
              "receive", when::always, "InvalidParameterValue",
              "SQS developer guide, visibility timeout (2026)"},
    limit_row{"sqs", "WaitTimeSeconds", u(wait_seconds_max), "s", "queue, receive", when::always,
              "InvalidParameterValue", recorded},
    limit_row{"sqs", "in flight, standard queue", 120'000, "messages", "queue", when::option,
              "OverLimit", message_quotas},
    limit_row{"sqs", "in flight, FIFO queue", 120'000, "messages", "queue", when::option, "",
              "SQS API reference, ChangeMessageVisibility (2026-11)"},
    limit_row{"sqs", "maxReceiveCount", u(max_receive_count_max), "receives", "queue", when::always,
              "InvalidParameterValue", queue_api},
    limit_row{"sqs", "deduplication interval", u(deduplication_seconds), "s", "queue or group",
              when::always, "", queue_api},
    limit_row{"sqs", "ReceiveRequestAttemptId is valid", u(receive_attempt_seconds), "s", "receive",
              when::always, "", "SQS API reference, ReceiveMessage (2026-11)"},
    limit_row{"sqs", "MessageGroupId, MessageDeduplicationId", u(fifo_id_length_max), "characters",
              "message", when::always, "InvalidParameterValue", recorded},
    limit_row{"sqs", "FIFO calls of one action", fifo_calls_per_second, "calls/s", "queue",
              when::aws, "RequestThrottled", message_quotas},
    limit_row{"sqs", fifo_rate, 70'000, "calls/s", "us-east-1, us-west-2, eu-west-1", when::aws,
              "RequestThrottled", message_quotas},
    limit_row{"sqs", fifo_rate, 19'000, "calls/s", "us-east-2, eu-central-1", when::aws,
              "RequestThrottled", message_quotas},
    limit_row{"sqs", fifo_rate, 9'000, "calls/s",
              "ap-south-1, ap-southeast-1, ap-southeast-2, ap-northeast-1", when::aws,
              "RequestThrottled", message_quotas},
    limit_row{"sqs", fifo_rate, 4'500, "calls/s", "eu-west-2, sa-east-1", when::aws,
              "RequestThrottled", message_quotas},
    limit_row{"sqs", fifo_rate, 2'400, "calls/s", other_regions, when::aws, "RequestThrottled",
              message_quotas},
    limit_row{"sqs", "PurgeQueue once in", u(purge_interval_seconds), "s", "queue", when::aws,
              "PurgeQueueInProgress", recorded},
    limit_row{"sqs", "a deleted queue's name is free after", u(name_reuse_seconds), "s",
              "queue name", when::aws, "QueueDeletedRecently", queue_api},
    limit_row{"sqs", "queues listed", u(queues_listed_max), "queues", "call", when::always,
              "InvalidParameterValue", "SQS API reference, ListQueues (2026-11)"},
    limit_row{"sqs", "queue tags", queue_tags_max, "tags", "queue", when::always,
              "InvalidParameterValue", "SQS API reference, TagQueue (2026-11)"},
    limit_row{"sqs", "Policy", policy_bytes_max, "bytes", "queue", when::always, "OverLimit",
              policy_quotas},
    limit_row{"sqs", "Policy statements", policy_statements_max, "statements", "queue",
              when::always, "OverLimit", policy_quotas},
    limit_row{"sqs", "Policy principals", policy_principals_max, "principals", "queue",
              when::always, "OverLimit", policy_quotas},
    limit_row{"sqs", "Policy conditions", policy_conditions_max, "conditions", "statement",
              when::always, "OverLimit", policy_quotas},
    limit_row{"sqs", "Policy actions", policy_actions_max, "actions", "statement", when::always,
              "OverLimit", policy_quotas},
    limit_row{"sqs", "RedriveAllowPolicy sourceQueueArns", redrive_sources_max, "queues", "queue",
              when::always, "InvalidParameterValue", queue_api},
    limit_row{"sqs", "message move rate", message_move_rate_max, "messages/s", "queue",
              when::always, "InvalidParameterValue", redrive_guide},
    limit_row{"sqs", "message move tasks that run", message_moves_running_max, "tasks", "account",
              when::aws, "UnsupportedOperation", redrive_guide},
    limit_row{"sqs", "message move task runs", u(message_move_seconds_max), "s", "task", when::aws,
              "", redrive_guide},
    limit_row{"sqs", "message move tasks listed", message_moves_listed_max, "tasks", "queue",
              when::always, "InvalidParameterValue",
              "SQS API reference, ListMessageMoveTasks (2026-11)"},
    limit_row{"kinesis", "records of a PutRecords", put_records_max, "records", "call",
              when::always, "ValidationException", stream_api},
    limit_row{"kinesis", "data and keys of a PutRecords", put_bytes_max, "bytes", "call",
              when::always, "InvalidArgumentException", stream_api},
    limit_row{"kinesis", "partition key", partition_key_characters_max, "characters", "record",
              when::always, "ValidationException", stream_api},
    limit_row{"kinesis", "shard, in: bytes", shard_bytes_in_per_second, "bytes/s", "shard",
              when::aws, throughput_error, stream_quotas},
    limit_row{"kinesis", "shard, in: records", shard_records_in_per_second, "records/s", "shard",
              when::aws, throughput_error, stream_quotas},
    limit_row{"kinesis", "shard, out: shared reads", shard_bytes_out_per_second, "bytes/s", "shard",
              when::aws, throughput_error, stream_quotas},
    limit_row{"kinesis", "shard, out: enhanced fan-out", shard_bytes_out_per_second, "bytes/s",
              "consumer and shard", when::aws, "", stream_quotas},
    limit_row{"kinesis", "GetRecords calls", shard_reads_per_second, "calls/s", "shard", when::aws,
              throughput_error, stream_quotas},
    limit_row{"kinesis", "ListShards calls", shard_lists_per_second, "calls/s", "stream", when::aws,
              "LimitExceededException", stream_api},
    limit_row{"kinesis", "GetRecords: records", read_records_max, "records", "call", when::always,
              "ValidationException", stream_api},
    limit_row{"kinesis", "GetRecords: bytes", read_bytes_max, "bytes", "call", when::always, "",
              stream_api},
    limit_row{"kinesis", "retention, least", retention_hours_min, "h", "stream", when::always,
              "InvalidArgumentException", stream_quotas},
    limit_row{"kinesis", "retention", retention_hours_max, "h", "stream", when::always,
              "InvalidArgumentException", stream_quotas},
    limit_row{"kinesis", "enhanced consumers", stream_consumers_max, "consumers", "stream",
              when::aws, "LimitExceededException", stream_quotas},
    limit_row{"kinesis", "enhanced consumers, account with a commitment",
              stream_consumers_advantage_max, "consumers", "on-demand stream", when::aws,
              "LimitExceededException", stream_api},
    limit_row{"kinesis", "CREATING at once (--stream-change-ms)", creating_max,
              "streams or consumers", "account or stream", when::aws, "LimitExceededException",
              stream_api},
    limit_row{"kinesis", "UpdateShardCount in 24 hours", shard_count_updates_max, "calls", "stream",
              when::aws, "LimitExceededException", stream_api},
    limit_row{"kinesis", "shards after UpdateShardCount", shard_count_update_max, "shards",
              "stream", when::aws, "LimitExceededException", stream_api},
    limit_row{"kinesis", "UpdateStreamMode in 24 hours", mode_updates_max, "changes", "stream",
              when::aws, "LimitExceededException", stream_quotas},
    limit_row{"kinesis", "WarmThroughputMiBps", warm_throughput_max, "MiB/s", "stream",
              when::always, "InvalidArgumentException", stream_api},
    limit_row{"kinesis", account_shards, 20'000, "shards", "us-east-1, us-west-2, eu-west-1",
              when::aws, "LimitExceededException", stream_quotas},
    limit_row{"kinesis", account_shards, 1'000, "shards", other_regions, when::aws,
              "LimitExceededException", stream_quotas},
    limit_row{"kinesis", "on-demand streams", on_demand_streams_max, "streams", "account",
              when::aws, "LimitExceededException", stream_quotas},
    limit_row{"kinesis", "shard iterator is valid", u(iterator_seconds), "s", "iterator",
              when::always, "ExpiredIteratorException", stream_api},
    limit_row{"kinesis", "SubscribeToShard", u(subscription_seconds), "s", "call", when::always, "",
              stream_api},
    limit_row{"kinesis", "another SubscribeToShard after", u(subscription_protected_seconds), "s",
              "consumer and shard", when::always, "ResourceInUseException", stream_api},
    limit_row{"kinesis", "stream tags", stream_tags_max, "tags", "stream", when::always,
              "InvalidArgumentException", stream_api},
    limit_row{"sns", "message with its attributes, and a batch's together",
              topic_message_bytes_default, "bytes", "call", when::option, "InvalidParameter",
              topic_api},
    limit_row{"sns", "MaximumMessageSize", message_bytes_max, "bytes", "topic", when::always,
              "InvalidParameter", topic_api},
    limit_row{"sns", "batch entries", u(batch_entries_max), "entries", "call", when::always,
              "TooManyEntriesInBatchRequest", recorded},
    limit_row{"sns", "messages of a FIFO topic, scope Topic", fifo_topic_messages_per_second,
              "messages/s", "topic", when::aws, "Throttled", topic_api},
    limit_row{"sns", "messages of a FIFO topic", topic_group_messages_per_second, "messages/s",
              "message group", when::aws, "Throttled", topic_quotas},
    limit_row{"sns", "subscriptions of a FIFO topic", fifo_topic_subscriptions_max, "subscriptions",
              "topic", when::aws, "SubscriptionLimitExceeded", topic_quotas},
    limit_row{"sns", "filter policies", filter_policies_max, "policies", "topic", when::aws,
              "FilterPolicyLimitExceeded", topic_quotas},
    limit_row{"sns", "filter policy: size", filter_policy_bytes_max, "bytes", "subscription",
              when::always, "InvalidParameter", filter_guide},
    limit_row{"sns", "filter policy: keys", filter_policy_keys_max, "keys", "subscription",
              when::always, "InvalidParameter", recorded},
    limit_row{"sns", "filter policy: combinations", filter_policy_combinations_max, "combinations",
              "subscription", when::always, "InvalidParameter", filter_guide},
    limit_row{"sns", "filter policy: wildcard points", filter_policy_wildcard_points_max, "points",
              "subscription", when::always, "InvalidParameter", filter_guide},
    limit_row{"sns", "tags", topic_tags_max, "tags", "topic", when::always, "TagLimitExceeded",
              topic_api},
};

/// Whether a list with ", " between its members names it.
bool names(std::string_view list, std::string_view wanted) noexcept {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(", "), list.size());
    if (list.substr(0, end) == wanted) return true;
    list.remove_prefix(std::min(end + 2, list.size()));
  }
  return false;
}

/// The value of the row that names the region, else of the row for the others.
std::uint32_t of_region(std::string_view what, std::string_view region) noexcept {
  std::uint64_t of_others = 0;
  for (const limit_row& row : rows) {
    if (row.what != what) continue;
    if (names(row.of, region)) return static_cast<std::uint32_t>(row.value);
    if (row.of == other_regions) of_others = row.value;
  }
  return static_cast<std::uint32_t>(of_others);
}

}  // namespace

std::span<const limit_row> limit_table() noexcept { return rows; }

std::uint32_t fifo_high_throughput(std::string_view region) noexcept {
  return of_region(fifo_rate, region);
}

std::uint32_t shards_of_account(std::string_view region) noexcept {
  return of_region(account_shards, region);
}

}  // namespace v1
}  // namespace millrace
