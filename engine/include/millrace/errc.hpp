// errc: every reason for which an engine call can fail, 16 bits wide. Text for people and the
// AWS code and HTTP status of each value are made at the edge (to_string here, server/aws there).
#pragma once

#include <cstdint>
#include <millrace/export.hpp>
#include <string_view>

namespace millrace {
inline namespace v1 {

enum class errc : std::uint16_t {
  ok = 0,

  // The engine itself.
  would_block = 1,         ///< a ring or the client's window is full: poll, then submit again
  engine_closed = 2,       ///< the engine or client is closed or closing
  memory_full = 3,         ///< memory-max is reached; receives and deletes still work
  invalid_option = 4,      ///< an option is unknown, out of range or contradicts another
  durability_missing = 5,  ///< a durability level above what this engine has
  too_many_clients = 6,    ///< the engine's client table is full
  not_supported = 7,       ///< this build or threading mode cannot do it
  cancelled = 8,           ///< the caller cancelled the operation before it was decided
  system = 9,              ///< the operating system refused (memory, threads, files)
  journal_failed = 10,     ///< the journal is fail-stopped; nothing is acknowledged any more
  disk_full = 11,          ///< no space for the journal; receives and deletes still work
  data_dir_in_use = 12,    ///< another engine has the data directory open
  journal_damaged = 13,    ///< the data directory is not one, or cannot be understood
  changed_meanwhile = 14,  ///< not as it was when the caller looked: look again

  // Queues (SQS). Names follow the AWS error where one exists.
  queue_does_not_exist = 100,
  queue_name_exists = 101,       ///< same name, different attributes
  queue_deleted_recently = 102,  ///< limits=aws: within 60 s of its deletion
  invalid_queue_name = 103,
  invalid_attribute_name = 104,
  invalid_attribute_value = 105,
  message_too_long = 106,            ///< body plus attributes exceed MaximumMessageSize
  batch_too_long = 107,              ///< the entries together exceed 1 MiB
  empty_message = 108,               ///< a body has at least one byte
  invalid_message_contents = 109,    ///< a character that XML 1.0 forbids
  invalid_delay = 110,               ///< DelaySeconds outside 0..900
  invalid_visibility_timeout = 111,  ///< outside 0..43200, or more than the 12 h that remain
  invalid_wait_time = 112,           ///< WaitTimeSeconds outside 0..20
  invalid_max_messages = 113,        ///< MaxNumberOfMessages outside 1..10
  empty_batch = 114,
  too_many_entries = 115,  ///< more than 10 entries in one call
  receipt_handle_is_invalid = 116,
  message_not_in_flight = 117,  ///< FIFO: received again, or no longer in flight
  over_limit = 118,             ///< in-flight limit of the queue
  purge_in_progress = 119,      ///< limits=aws: a purge in the last 60 s
  dead_letter_queue_does_not_exist = 120,
  invalid_message_attributes = 121,
  message_group_id_missing = 122,          ///< a FIFO queue wants one with every message
  message_deduplication_id_missing = 123,  ///< and one of these, or ContentBasedDeduplication
  invalid_message_group_id = 124,          ///< 1..128 of [A-Za-z0-9] and punctuation
  invalid_message_deduplication_id = 125,
  not_for_fifo_queues = 126,      ///< a parameter that only standard queues have: DelaySeconds
  not_for_standard_queues = 127,  ///< one that only FIFO queues have: MessageDeduplicationId
  receipt_handle_expired = 128,   ///< FIFO: received again, or no longer in flight
  receive_attempt_over = 129,     ///< FIFO: what that receive was given is not as it left it
  invalid_receive_request_attempt_id = 130,
  request_throttled = 131,       ///< limits=aws: more calls a second than a FIFO queue takes
  message_does_not_exist = 132,  ///< deleted, expired or a dead letter, and so not to be hidden
  message_move_running = 140,    ///< a queue has one at most that runs
  message_move_does_not_exist = 141,
  message_move_not_running = 142,
  too_many_message_moves = 143,  ///< limits=aws: an account has 100 at most that run

  // Streams (Kinesis).
  stream_does_not_exist = 200,
  stream_exists = 201,
  invalid_stream_name = 202,  ///< 1..128 of [a-zA-Z0-9_.-]
  invalid_stream_setting = 203,
  shard_does_not_exist = 204,
  shard_closed = 205,         ///< it has been split or merged
  invalid_split_point = 206,  ///< not inside the shard's range
  shards_not_adjacent = 207,
  invalid_shard_count = 208,    ///< zero, or beyond what one call may ask for
  throughput_exceeded = 209,    ///< limits=aws: the shard's or the consumer's rate
  record_too_large = 210,       ///< its data exceeds the stream's MaxRecordSizeInKiB
  too_many_records = 211,       ///< none, or more than 500 records or 10 MiB in one call
  invalid_partition_key = 212,  ///< 1..256 characters
  invalid_position = 213,       ///< a sequence number of another shard, a time to come
  consumer_exists = 214,
  consumer_does_not_exist = 215,
  too_many_consumers = 216,
  stream_has_consumers = 217,        ///< and the caller did not ask for their end as well
  subscribed_recently = 218,         ///< another subscription began in the last 5 s
  subscription_taken_over = 219,     ///< by a later one of the same consumer and shard
  stream_is_on_demand = 220,         ///< it scales by itself
  too_many_shards = 221,             ///< limits=aws: of the account's provisioned streams
  too_many_on_demand_streams = 222,  ///< limits=aws: of the account
  stream_not_active = 223,           ///< it is still being made or changed (stream_change_ms)
  consumer_not_active = 224,         ///< it is still being made (stream_change_ms)
  too_many_at_once = 225,            ///< limits=aws: five are still being made (stream_change_ms)
  changed_too_often = 226,           ///< limits=aws: within 24 hours

  // Topics (SNS).
  topic_does_not_exist = 300,
  topic_exists = 301,        ///< same name, different settings
  invalid_topic_name = 302,  ///< 1..256 of [a-zA-Z0-9_-], of a FIFO topic with ".fifo" at its end
  invalid_topic_setting = 303,
  subscription_does_not_exist = 304,
  subscription_exists = 305,   ///< same endpoint, different settings
  invalid_subscription = 306,  ///< its endpoint or dead-letter queue is not for this topic
  invalid_filter_policy = 307,
  too_many_filter_policies = 308,  ///< limits=aws: of one topic
  too_many_subscriptions = 309,    ///< limits=aws: of a FIFO topic
};

/// The value's own name, e.g. "queue_does_not_exist". Valid for ever.
MR_EXPORT std::string_view to_string(errc code) noexcept;

}  // namespace v1
}  // namespace millrace
