#include "api/c_abi.hpp"

#include <new>

namespace millrace::c_abi {
namespace {

// One case for each errc and no default: a new one does not compile without its C value.
constexpr bool has_c_value(errc e) noexcept {
  switch (e) {
#define MR_SAME(name, value) \
  case errc::name: return code(e) == value
    MR_SAME(ok, MR_OK);
    MR_SAME(would_block, MR_WOULD_BLOCK);
    MR_SAME(engine_closed, MR_ENGINE_CLOSED);
    MR_SAME(memory_full, MR_MEMORY_FULL);
    MR_SAME(invalid_option, MR_INVALID_OPTION);
    MR_SAME(durability_missing, MR_DURABILITY_MISSING);
    MR_SAME(too_many_clients, MR_TOO_MANY_CLIENTS);
    MR_SAME(not_supported, MR_NOT_SUPPORTED);
    MR_SAME(cancelled, MR_CANCELLED);
    MR_SAME(system, MR_SYSTEM);
    MR_SAME(journal_failed, MR_JOURNAL_FAILED);
    MR_SAME(disk_full, MR_DISK_FULL);
    MR_SAME(data_dir_in_use, MR_DATA_DIR_IN_USE);
    MR_SAME(journal_damaged, MR_JOURNAL_DAMAGED);
    MR_SAME(changed_meanwhile, MR_CHANGED_MEANWHILE);
    MR_SAME(queue_does_not_exist, MR_QUEUE_DOES_NOT_EXIST);
    MR_SAME(queue_name_exists, MR_QUEUE_NAME_EXISTS);
    MR_SAME(queue_deleted_recently, MR_QUEUE_DELETED_RECENTLY);
    MR_SAME(invalid_queue_name, MR_INVALID_QUEUE_NAME);
    MR_SAME(invalid_attribute_name, MR_INVALID_ATTRIBUTE_NAME);
    MR_SAME(invalid_attribute_value, MR_INVALID_ATTRIBUTE_VALUE);
    MR_SAME(message_too_long, MR_MESSAGE_TOO_LONG);
    MR_SAME(batch_too_long, MR_BATCH_TOO_LONG);
    MR_SAME(empty_message, MR_EMPTY_MESSAGE);
    MR_SAME(invalid_message_contents, MR_INVALID_MESSAGE_CONTENTS);
    MR_SAME(invalid_delay, MR_INVALID_DELAY);
    MR_SAME(invalid_visibility_timeout, MR_INVALID_VISIBILITY_TIMEOUT);
    MR_SAME(invalid_wait_time, MR_INVALID_WAIT_TIME);
    MR_SAME(invalid_max_messages, MR_INVALID_MAX_MESSAGES);
    MR_SAME(empty_batch, MR_EMPTY_BATCH);
    MR_SAME(too_many_entries, MR_TOO_MANY_ENTRIES);
    MR_SAME(receipt_handle_is_invalid, MR_RECEIPT_HANDLE_IS_INVALID);
    MR_SAME(message_not_in_flight, MR_MESSAGE_NOT_IN_FLIGHT);
    MR_SAME(over_limit, MR_OVER_LIMIT);
    MR_SAME(purge_in_progress, MR_PURGE_IN_PROGRESS);
    MR_SAME(dead_letter_queue_does_not_exist, MR_DEAD_LETTER_QUEUE_DOES_NOT_EXIST);
    MR_SAME(invalid_message_attributes, MR_INVALID_MESSAGE_ATTRIBUTES);
    MR_SAME(message_group_id_missing, MR_MESSAGE_GROUP_ID_MISSING);
    MR_SAME(message_deduplication_id_missing, MR_MESSAGE_DEDUPLICATION_ID_MISSING);
    MR_SAME(invalid_message_group_id, MR_INVALID_MESSAGE_GROUP_ID);
    MR_SAME(invalid_message_deduplication_id, MR_INVALID_MESSAGE_DEDUPLICATION_ID);
    MR_SAME(not_for_fifo_queues, MR_NOT_FOR_FIFO_QUEUES);
    MR_SAME(not_for_standard_queues, MR_NOT_FOR_STANDARD_QUEUES);
    MR_SAME(receipt_handle_expired, MR_RECEIPT_HANDLE_EXPIRED);
    MR_SAME(receive_attempt_over, MR_RECEIVE_ATTEMPT_OVER);
    MR_SAME(invalid_receive_request_attempt_id, MR_INVALID_RECEIVE_REQUEST_ATTEMPT_ID);
    MR_SAME(request_throttled, MR_REQUEST_THROTTLED);
    MR_SAME(message_does_not_exist, MR_MESSAGE_DOES_NOT_EXIST);
    MR_SAME(message_move_running, MR_MESSAGE_MOVE_RUNNING);
    MR_SAME(message_move_does_not_exist, MR_MESSAGE_MOVE_DOES_NOT_EXIST);
    MR_SAME(message_move_not_running, MR_MESSAGE_MOVE_NOT_RUNNING);
    MR_SAME(too_many_message_moves, MR_TOO_MANY_MESSAGE_MOVES);
    MR_SAME(stream_does_not_exist, MR_STREAM_DOES_NOT_EXIST);
    MR_SAME(stream_exists, MR_STREAM_EXISTS);
    MR_SAME(invalid_stream_name, MR_INVALID_STREAM_NAME);
    MR_SAME(invalid_stream_setting, MR_INVALID_STREAM_SETTING);
    MR_SAME(shard_does_not_exist, MR_SHARD_DOES_NOT_EXIST);
    MR_SAME(shard_closed, MR_SHARD_CLOSED);
    MR_SAME(invalid_split_point, MR_INVALID_SPLIT_POINT);
    MR_SAME(shards_not_adjacent, MR_SHARDS_NOT_ADJACENT);
    MR_SAME(invalid_shard_count, MR_INVALID_SHARD_COUNT);
    MR_SAME(throughput_exceeded, MR_THROUGHPUT_EXCEEDED);
    MR_SAME(record_too_large, MR_RECORD_TOO_LARGE);
    MR_SAME(too_many_records, MR_TOO_MANY_RECORDS);
    MR_SAME(invalid_partition_key, MR_INVALID_PARTITION_KEY);
    MR_SAME(invalid_position, MR_INVALID_POSITION);
    MR_SAME(consumer_exists, MR_CONSUMER_EXISTS);
    MR_SAME(consumer_does_not_exist, MR_CONSUMER_DOES_NOT_EXIST);
    MR_SAME(too_many_consumers, MR_TOO_MANY_CONSUMERS);
    MR_SAME(stream_has_consumers, MR_STREAM_HAS_CONSUMERS);
    MR_SAME(subscribed_recently, MR_SUBSCRIBED_RECENTLY);
    MR_SAME(subscription_taken_over, MR_SUBSCRIPTION_TAKEN_OVER);
    MR_SAME(stream_is_on_demand, MR_STREAM_IS_ON_DEMAND);
    MR_SAME(too_many_shards, MR_TOO_MANY_SHARDS);
    MR_SAME(too_many_on_demand_streams, MR_TOO_MANY_ON_DEMAND_STREAMS);
    MR_SAME(stream_not_active, MR_STREAM_NOT_ACTIVE);
    MR_SAME(consumer_not_active, MR_CONSUMER_NOT_ACTIVE);
    MR_SAME(too_many_at_once, MR_TOO_MANY_AT_ONCE);
    MR_SAME(changed_too_often, MR_CHANGED_TOO_OFTEN);
    MR_SAME(topic_does_not_exist, MR_TOPIC_DOES_NOT_EXIST);
    MR_SAME(topic_exists, MR_TOPIC_EXISTS);
    MR_SAME(invalid_topic_name, MR_INVALID_TOPIC_NAME);
    MR_SAME(invalid_topic_setting, MR_INVALID_TOPIC_SETTING);
    MR_SAME(subscription_does_not_exist, MR_SUBSCRIPTION_DOES_NOT_EXIST);
    MR_SAME(subscription_exists, MR_SUBSCRIPTION_EXISTS);
    MR_SAME(invalid_subscription, MR_INVALID_SUBSCRIPTION);
    MR_SAME(invalid_filter_policy, MR_INVALID_FILTER_POLICY);
    MR_SAME(too_many_filter_policies, MR_TOO_MANY_FILTER_POLICIES);
    MR_SAME(too_many_subscriptions, MR_TOO_MANY_SUBSCRIPTIONS);
#undef MR_SAME
  }
  return true;  // no errc at all
}

constexpr bool all_have_c_values() noexcept {
  for (int i = 0; i < 1000; ++i) {
    if (!has_c_value(static_cast<errc>(i))) return false;
  }
  return true;
}
static_assert(all_have_c_values());
static_assert(MR_BATCH_ENTRIES_MAX == batch_entries_max);
static_assert(sizeof(mr_message_id) == sizeof(message_id));
static_assert(sizeof(mr_receipt) == sizeof(receipt_handle));

receipt_handle receipt(const mr_receipt& from) noexcept {
  receipt_handle out;
  std::memcpy(out.bytes.data(), from.bytes, sizeof from.bytes);
  return out;
}

}  // namespace

send_batch::send_batch(const mr_send_entry* from, std::size_t wanted) noexcept {
  status = read_array(from, wanted, [this](std::size_t i, const mr_send_entry& e) -> std::int32_t {
    if (e.delay_given > 1) return MR_NOT_SUPPORTED;
    send_entry& to = entries[i];
    to.body = bytes(e.body);
    to.attributes = bytes(e.attributes);
    to.system_attributes = bytes(e.system_attributes);
    to.message_group_id = as_text(bytes(e.message_group_id));
    to.message_deduplication_id = as_text(bytes(e.message_deduplication_id));
    to.delay_seconds = e.delay_given != 0 ? e.delay_seconds : -1;
    if (e.body_digest != nullptr) {
      std::memcpy(digests[i].data(), e.body_digest, digests[i].size());
      to.body_digest = &digests[i];
    }
    return e.delay_given != 0 && e.delay_seconds < 0 ? MR_INVALID_DELAY : MR_OK;
  });
  count = wanted;
}

receipt_batch::receipt_batch(const mr_receipt* from, std::size_t wanted) noexcept {
  if (wanted == 0 || wanted > MR_BATCH_ENTRIES_MAX || from == nullptr) {
    status = wanted == 0                     ? MR_EMPTY_BATCH
             : wanted > MR_BATCH_ENTRIES_MAX ? MR_TOO_MANY_ENTRIES
                                             : MR_INVALID_ARGUMENT;
    return;
  }
  for (; count < wanted; ++count) entries[count] = receipt(from[count]);
}

visibility_batch::visibility_batch(const mr_visibility_entry* from, std::size_t wanted) noexcept {
  status = read_array(from, wanted, [this](std::size_t i, const mr_visibility_entry& e) {
    entries[i] = {receipt(e.receipt), e.visibility_timeout};
    return MR_OK;
  });
  count = wanted;
}

std::int32_t read(const mr_receive_options* from, receive_options& to) noexcept {
  if (from == nullptr) return MR_OK;
  constexpr std::uint32_t known = MR_RECEIVE_VISIBILITY_TIMEOUT | MR_RECEIVE_WAIT_TIME;
  mr_receive_options o;
  if (const std::int32_t e = read_struct(from, o); e != MR_OK) return e;
  if ((o.given & ~known) != 0) return MR_NOT_SUPPORTED;
  if (o.max_messages > MR_BATCH_ENTRIES_MAX) return MR_INVALID_MAX_MESSAGES;
  if (o.max_messages != 0) to.max_messages = static_cast<std::int32_t>(o.max_messages);
  if (o.given & MR_RECEIVE_VISIBILITY_TIMEOUT) {
    if (o.visibility_timeout < 0) return MR_INVALID_VISIBILITY_TIMEOUT;
    to.visibility_timeout = o.visibility_timeout;
  }
  if (o.given & MR_RECEIVE_WAIT_TIME) {
    if (o.wait_time_seconds < 0) return MR_INVALID_WAIT_TIME;
    to.wait_time_seconds = o.wait_time_seconds;
  }
  to.receive_request_attempt_id = as_text(bytes(o.receive_request_attempt_id));
  return MR_OK;
}

}  // namespace millrace::c_abi

std::uint32_t mr_abi_version() noexcept { return MR_ABI_VERSION; }

const char* mr_error_name(std::int32_t code) noexcept {
  if (code >= 0) return "ok";
  if (code == MR_INVALID_ARGUMENT) return "invalid_argument";
  if (code == MR_ABI_MISMATCH) return "abi_mismatch";
  if (code == MR_IN_USE) return "in_use";
  if (code < -UINT16_MAX) return "unknown";
  // Names are literals, hence they end with a zero byte.
  return millrace::to_string(static_cast<millrace::errc>(-code)).data();
}
