// Which calls there are, and the counters that a lane keeps of them.
#pragma once

#include <cstdint>

namespace millrace {
inline namespace v1 {

enum class operation_kind : std::uint8_t {
  none,
  send,
  receive,
  delete_message,
  change_visibility,
  create_queue,
  set_queue_attributes,
  delete_queue,
  purge_queue,
  get_queue,
  list_queues,
  list_dead_letter_source_queues,
  cancel,
  release_waiters,
  statistics,
  disconnect,
  start_message_move,
  cancel_message_move,
  list_message_moves,
  create_stream,
  delete_stream,
  get_stream,
  set_stream,
  list_streams,
  list_shards,
  split_shard,
  merge_shards,
  update_shard_count,
  put_records,
  locate_record,
  read_records,
  register_consumer,
  deregister_consumer,
  list_consumers,
  subscribe_to_shard,
  open_cursor,
  get_account,
  set_account,
  create_topic,
  delete_topic,
  get_topic,
  set_topic,
  list_topics,
  subscribe_to_topic,
  unsubscribe,
  get_subscription,
  set_subscription,
  list_subscriptions,
  list_all_subscriptions,
  publish,
};

/// Totals of one lane since it opened. Counted by the lane's thread, copied in a reply.
struct lane_statistics {
  std::uint64_t operations = 0;  ///< calls, batches counted once
  std::uint64_t messages_sent = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t messages_deleted = 0;
  std::uint64_t bytes_sent = 0;  ///< bodies and attributes
  std::uint64_t empty_receives = 0;
  std::uint64_t refused = 0;          ///< calls or entries answered with an error
  std::uint64_t queues = 0;           ///< now
  std::uint64_t messages = 0;         ///< now, in any state
  std::uint64_t parked_receives = 0;  ///< now, with parked reads of streams
  std::uint64_t streams = 0;          ///< now
  std::uint64_t on_demand_streams = 0;
  std::uint64_t open_shards = 0;     ///< now, of provisioned streams
  std::uint64_t stream_records = 0;  ///< now
  std::uint64_t records_put = 0;
  std::uint64_t records_read = 0;
  std::uint64_t bytes_put = 0;           ///< data and keys
  std::uint64_t topics = 0;              ///< now
  std::uint64_t subscriptions = 0;       ///< now
  std::uint64_t messages_published = 0;  ///< to topics, duplicates counted
  std::uint64_t messages_delivered = 0;  ///< by topics, to queues of this lane
  std::uint64_t polls = 0;               ///< turns of the lane's loop that found work
  std::uint64_t memory_in_use = 0;       ///< bytes of the whole engine, as memory_max counts
  std::uint64_t memory_max = 0;
  /// Milliseconds since the Unix epoch: engine time at the answer.
  std::int64_t now_ms = 0;
};

}  // namespace v1
}  // namespace millrace
