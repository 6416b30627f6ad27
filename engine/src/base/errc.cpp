// The names of errc values; one exhaustive switch, so that a new value cannot be forgotten.
#include <millrace/errc.hpp>
#include <millrace/result.hpp>

#include <cstdio>
#include <cstdlib>

namespace millrace {
inline namespace v1 {

std::string_view to_string(errc code) noexcept {
  switch (code) {
#define MR_NAME(name) \
  case errc::name: return #name
    MR_NAME(ok);
    MR_NAME(would_block);
    MR_NAME(engine_closed);
    MR_NAME(memory_full);
    MR_NAME(invalid_option);
    MR_NAME(durability_missing);
    MR_NAME(too_many_clients);
    MR_NAME(not_supported);
    MR_NAME(cancelled);
    MR_NAME(system);
    MR_NAME(journal_failed);
    MR_NAME(disk_full);
    MR_NAME(data_dir_in_use);
    MR_NAME(journal_damaged);
    MR_NAME(changed_meanwhile);
    MR_NAME(queue_does_not_exist);
    MR_NAME(queue_name_exists);
    MR_NAME(queue_deleted_recently);
    MR_NAME(invalid_queue_name);
    MR_NAME(invalid_attribute_name);
    MR_NAME(invalid_attribute_value);
    MR_NAME(message_too_long);
    MR_NAME(batch_too_long);
    MR_NAME(empty_message);
    MR_NAME(invalid_message_contents);
    MR_NAME(invalid_delay);
    MR_NAME(invalid_visibility_timeout);
    MR_NAME(invalid_wait_time);
    MR_NAME(invalid_max_messages);
    MR_NAME(empty_batch);
    MR_NAME(too_many_entries);
    MR_NAME(receipt_handle_is_invalid);
    MR_NAME(message_not_in_flight);
    MR_NAME(over_limit);
    MR_NAME(purge_in_progress);
    MR_NAME(dead_letter_queue_does_not_exist);
    MR_NAME(invalid_message_attributes);
    MR_NAME(message_group_id_missing);
    MR_NAME(message_deduplication_id_missing);
    MR_NAME(invalid_message_group_id);
    MR_NAME(invalid_message_deduplication_id);
    MR_NAME(not_for_fifo_queues);
    MR_NAME(not_for_standard_queues);
    MR_NAME(receipt_handle_expired);
    MR_NAME(receive_attempt_over);
    MR_NAME(invalid_receive_request_attempt_id);
    MR_NAME(request_throttled);
    MR_NAME(message_does_not_exist);
    MR_NAME(message_move_running);
    MR_NAME(message_move_does_not_exist);
    MR_NAME(message_move_not_running);
    MR_NAME(too_many_message_moves);
    MR_NAME(stream_does_not_exist);
    MR_NAME(stream_exists);
    MR_NAME(invalid_stream_name);
    MR_NAME(invalid_stream_setting);
    MR_NAME(shard_does_not_exist);
    MR_NAME(shard_closed);
    MR_NAME(invalid_split_point);
    MR_NAME(shards_not_adjacent);
    MR_NAME(invalid_shard_count);
    MR_NAME(throughput_exceeded);
    MR_NAME(record_too_large);
    MR_NAME(too_many_records);
    MR_NAME(invalid_partition_key);
    MR_NAME(invalid_position);
    MR_NAME(consumer_exists);
    MR_NAME(consumer_does_not_exist);
    MR_NAME(too_many_consumers);
    MR_NAME(stream_has_consumers);
    MR_NAME(subscribed_recently);
    MR_NAME(subscription_taken_over);
    MR_NAME(stream_is_on_demand);
    MR_NAME(too_many_shards);
    MR_NAME(too_many_on_demand_streams);
    MR_NAME(stream_not_active);
    MR_NAME(consumer_not_active);
    MR_NAME(too_many_at_once);
    MR_NAME(changed_too_often);
    MR_NAME(topic_does_not_exist);
    MR_NAME(topic_exists);
    MR_NAME(invalid_topic_name);
    MR_NAME(invalid_topic_setting);
    MR_NAME(subscription_does_not_exist);
    MR_NAME(subscription_exists);
    MR_NAME(invalid_subscription);
    MR_NAME(invalid_filter_policy);
    MR_NAME(too_many_filter_policies);
    MR_NAME(too_many_subscriptions);
#undef MR_NAME
  }
  return "unknown";
}

namespace detail {
void bad_result_access(errc code) noexcept {
  const std::string_view name = to_string(code);
  std::fprintf(stderr, "millrace: value() of a failed result: %.*s\n",
               static_cast<int>(name.size()), name.data());
  std::abort();
}
}  // namespace detail

}  // namespace v1
}  // namespace millrace
