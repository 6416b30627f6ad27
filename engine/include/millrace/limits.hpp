// limits: the quotas of the services, each one row with its source. Engine and server take their
// numbers from here, and docs/limits.md is made from the table. A lookup may be called anywhere.
#pragma once

#include <cstdint>
#include <millrace/export.hpp>
#include <span>
#include <string_view>

namespace millrace {
inline namespace v1 {

constexpr int batch_entries_max = 10;                 ///< entries of one call
constexpr std::uint32_t message_bytes_max = 1048576;  ///< body plus attributes; also of a batch
constexpr std::uint32_t message_bytes_min = 1024;     ///< smallest MaximumMessageSize
constexpr int message_attributes_max = 10;
constexpr std::uint32_t message_move_rate_max = 500;  ///< messages a second
constexpr std::uint32_t message_moves_listed_max = 10;
constexpr std::uint32_t message_moves_running_max = 100;  ///< of an account
constexpr std::int64_t message_move_seconds_max = 36 * 3600;
constexpr std::int64_t delay_seconds_max = 900;
constexpr std::int64_t retention_seconds_min = 60;
constexpr std::int64_t retention_seconds_max = 1209600;
constexpr std::int64_t visibility_seconds_max = 43200;  ///< also in all, counted from the receive
constexpr std::int64_t wait_seconds_max = 20;
constexpr std::int64_t max_receive_count_max = 1000;
constexpr std::int64_t deduplication_seconds = 300;
constexpr std::int64_t receive_attempt_seconds = 300;
constexpr std::int64_t fifo_id_length_max = 128;
constexpr std::int64_t purge_interval_seconds = 60;
constexpr std::int64_t name_reuse_seconds = 60;
constexpr std::uint32_t fifo_calls_per_second = 300;  ///< of one action on one queue
constexpr std::int64_t queues_listed_max = 1000;
constexpr std::uint32_t policy_bytes_max = 8192;
constexpr std::uint32_t policy_statements_max = 20;
constexpr std::uint32_t policy_principals_max = 50;
constexpr std::uint32_t policy_conditions_max = 10;  ///< of a statement
constexpr std::uint32_t policy_actions_max = 7;      ///< of a statement
constexpr std::uint32_t queue_tags_max = 50;
constexpr std::uint32_t redrive_sources_max = 10;

// Streams.
constexpr std::uint32_t put_records_max = 500;
constexpr std::uint64_t put_bytes_max = 10U << 20;  ///< data and keys of one call
constexpr std::uint32_t read_records_max = 10'000;
constexpr std::uint64_t read_bytes_max = 10U << 20;
constexpr std::uint32_t partition_key_characters_max = 256;
constexpr std::uint64_t shard_bytes_in_per_second = 1U << 20;
constexpr std::uint32_t shard_records_in_per_second = 1'000;
constexpr std::uint64_t shard_bytes_out_per_second = 2U << 20;  ///< shared, and of each consumer
constexpr std::uint32_t shard_reads_per_second = 5;
constexpr std::uint32_t shard_lists_per_second = 1'000;  ///< ListShards, of a stream
constexpr std::uint32_t retention_hours_min = 24;
constexpr std::uint32_t retention_hours_max = 8'760;
constexpr std::uint32_t stream_consumers_max = 20;
constexpr std::uint32_t stream_consumers_advantage_max = 50;  ///< on demand, account committed
constexpr std::uint32_t creating_max = 5;  ///< streams of an account, consumers of a stream
constexpr std::uint32_t shard_count_updates_max = 10;  ///< of a stream in 24 hours
constexpr std::uint32_t shard_count_update_max = 10'000;
constexpr std::uint32_t mode_updates_max = 2;          ///< of a stream in 24 hours
constexpr std::uint32_t warm_throughput_max = 10'240;  ///< MiB/s
constexpr std::uint32_t on_demand_streams_max = 50;
constexpr std::uint32_t stream_tags_max = 50;
constexpr std::int64_t iterator_seconds = 300;
constexpr std::int64_t subscription_seconds = 300;
constexpr std::int64_t subscription_protected_seconds = 5;  ///< before another may take over

// Topics.
constexpr std::uint32_t topic_message_bytes_default = 262'144;  ///< MaximumMessageSize
constexpr std::uint32_t topic_name_length_max = 256;
constexpr std::uint32_t topic_tags_max = 50;
constexpr std::uint32_t filter_policies_max = 200;  ///< of a topic
constexpr std::size_t filter_policy_bytes_max = 262'144;
constexpr std::size_t filter_policy_keys_max = 5;
/// Ways to match: the product of the values of its keys, each counted as often as it lies deep.
constexpr std::uint64_t filter_policy_combinations_max = 150;
constexpr std::uint32_t filter_policy_wildcard_points_max = 100;
constexpr std::uint32_t fifo_topic_subscriptions_max = 100;
constexpr std::uint32_t topic_group_messages_per_second = 300;  ///< of a FIFO topic's group
constexpr std::uint32_t fifo_topic_messages_per_second = 3'000;

struct limit_row {
  enum class when : std::uint8_t {
    always,
    aws,     ///< with --limits aws only
    option,  ///< what an option starts with, and may say otherwise
  };
  std::string_view service = {};
  std::string_view what = {};
  std::uint64_t value = 0;
  std::string_view unit = {};
  std::string_view of = {};  ///< what it counts for: "message", "queue", a list of regions
  when enforced = when::always;
  std::string_view refused_with = {};  ///< the AWS error code; empty: no error
  std::string_view source = {};        ///< where AWS says so
};

MR_EXPORT std::span<const limit_row> limit_table() noexcept;

/// Calls a second of one action on all the high-throughput FIFO queues of a region.
MR_EXPORT std::uint32_t fifo_high_throughput(std::string_view region) noexcept;

/// Shards that an account's provisioned streams may have in a region.
MR_EXPORT std::uint32_t shards_of_account(std::string_view region) noexcept;

}  // namespace v1
}  // namespace millrace
