// errc -> error row and text. Adding an errc without a line here does not compile.
#include "kinesis/errors.hpp"

#include "aws/error_of.hpp"
#include "kinesis/names.hpp"

namespace millrace::kinesis {
namespace {

namespace rows = shapes::errors;

std::string about_stream(const call& c) {
  std::string out = "Stream ";
  return out.append(c.stream_name).append(" under account ").append(c.context->account_id);
}

std::string about_consumer(const call& c) { return "Consumer " + std::string(c.consumer_name); }

std::string too_many_consumers(const call& c) {
  const std::string stream = "Stream " + std::string(c.stream_name) + " has ";
  const std::string usual = std::to_string(stream_consumers_max);
  if (c.committed.since_ms == 0) {
    return stream + usual + " consumers, which is the maximum allowed.";
  }
  return stream + "as many consumers as are allowed: " + usual + ", in ON_DEMAND mode " +
         std::to_string(stream_consumers_advantage_max) + ".";
}

std::string too_many_at_once(const call& c) {
  const std::string five = std::to_string(creating_max) + " ";
  return c.consumer_name.empty() ? "Account " + c.context->account_id + " has " + five +
                                       "streams that are CREATING, which is the maximum allowed."
                                 : "Stream " + std::string(c.stream_name) + " has " + five +
                                       "consumers that are CREATING, which is the maximum allowed.";
}

aws::error unknown() { return {rows::internal_failure_exception, "An unknown failure."}; }

/// Of streams, their shards and their records.
aws::error error_of_stream(const call& c, errc code) {
  switch (code) {
    case errc::stream_does_not_exist: return not_found(about_stream(c) + " not found.");
    case errc::stream_exists:
      return {rows::resource_in_use_exception, about_stream(c) + " already exists."};
    case errc::invalid_stream_name:
      return validation(
          "1 validation error detected: the name must be 1 to 128 characters of "
          "[a-zA-Z0-9_.-].");
    case errc::invalid_stream_setting:
      return invalid_argument("A setting of stream " + std::string(c.stream_name) +
                              " is outside of its range.");
    case errc::shard_does_not_exist: return shard_not_found(c, shard_id(c.shard));
    case errc::shard_closed:
      return invalid_argument("Shard " + shard_id(c.shard) + in_stream(c) +
                              " has already been merged or split, and thus is not eligible for "
                              "merging or splitting.");
    case errc::invalid_split_point:
      return invalid_argument("NewStartingHashKey is not inside of shard " + shard_id(c.shard) +
                              in_stream(c) + ".");
    case errc::shards_not_adjacent:
      return invalid_argument("The shards" + in_stream(c) +
                              " are not an adjacent pair of shards eligible for merging");
    case errc::invalid_shard_count:
      return limit_exceeded("The number of shards" + in_stream(c) +
                            " is more than one call may ask for.");
    case errc::throughput_exceeded:
      return {rows::provisioned_throughput_exceeded_exception, rate_exceeded_text(c, c.shard)};
    case errc::record_too_large:
      return validation(
          "1 validation error detected: a record is longer than the MaxRecordSizeInKiB of its "
          "stream.");
    case errc::too_many_records:
      return invalid_argument("Records size exceeds 10 MB limit, or there are more than 500.");
    case errc::invalid_partition_key:
      return validation(
          "1 validation error detected: a partition key must be 1 to 256 characters long.");
    case errc::invalid_position:
      return invalid_argument("The position is invalid on shard " + shard_id(c.shard) +
                              in_stream(c) + ".");
    case errc::stream_is_on_demand:
      return validation("Request is invalid. " + about_stream(c) + " is in On-Demand mode.");
    default: return unknown();
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a line or two for each errc, and nothing else
aws::error error_of(const call& c, errc code) {
  switch (code) {
    case errc::stream_does_not_exist:
    case errc::stream_exists:
    case errc::invalid_stream_name:
    case errc::invalid_stream_setting:
    case errc::shard_does_not_exist:
    case errc::shard_closed:
    case errc::invalid_split_point:
    case errc::shards_not_adjacent:
    case errc::invalid_shard_count:
    case errc::throughput_exceeded:
    case errc::record_too_large:
    case errc::too_many_records:
    case errc::invalid_partition_key:
    case errc::invalid_position:
    case errc::stream_is_on_demand: return error_of_stream(c, code);
    case errc::consumer_exists:
      return {rows::resource_in_use_exception,
              about_consumer(c) + " under stream " + stream_arn(*c.context, c.stream_name) +
                  " already exists for account " + c.context->account_id + "."};
    case errc::consumer_does_not_exist: return consumer_not_found(c);
    case errc::too_many_consumers: return limit_exceeded(too_many_consumers(c));
    case errc::request_throttled:
      return limit_exceeded("Rate exceeded for stream " + std::string(c.stream_name) +
                            " under account " + c.context->account_id + ".");
    case errc::too_many_at_once: return limit_exceeded(too_many_at_once(c));
    case errc::changed_too_often:
      return limit_exceeded(about_stream(c) +
                            " has been changed as often as is allowed in 24 hours.");
    case errc::consumer_not_active:
      return {rows::resource_in_use_exception, about_consumer(c) + " is not ACTIVE."};
    case errc::stream_has_consumers:
      return {rows::resource_in_use_exception,
              about_stream(c) + " has consumers: deregister them, or set EnforceConsumerDeletion."};
    case errc::subscribed_recently:
      return {rows::resource_in_use_exception,
              "Another active subscription exists for this consumer: " +
                  consumer_arn(*c.context, c.stream_name, c.consumer_name,
                               c.consumer_created_s * 1000)};
    case errc::subscription_taken_over:
      return {rows::resource_in_use_exception,
              about_consumer(c) + " has a new subscription of shard " + shard_id(c.shard) + "."};
    case errc::changed_meanwhile:
      return {rows::resource_in_use_exception, about_stream(c) + " is being changed."};
    case errc::invalid_option:
    case errc::durability_missing: return invalid_argument(aws::error_of(code).message());
    case errc::stream_not_active:
      return {rows::resource_in_use_exception, about_stream(c) + " is not ACTIVE."};
    case errc::too_many_shards:
      return limit_exceeded("This request would exceed the shard limit for the account " +
                            c.context->account_id + " in " + c.context->region + ". Limit: " +
                            std::to_string(shards_of_account(c.context->region)) + ".");
    case errc::too_many_on_demand_streams:
      return limit_exceeded("Account " + c.context->account_id + " has " +
                            std::to_string(on_demand_streams_max) +
                            " streams in ON_DEMAND mode, which is the maximum allowed.");
    case errc::not_supported:
      return invalid_argument(
          "This server takes no MaxRecordSizeInKiB so large: see --stream-record-size-max.");
    // With what the client is to try again.
    case errc::ok:
    case errc::would_block:
    case errc::engine_closed:
    case errc::memory_full:
    case errc::too_many_clients:
    case errc::cancelled:
    case errc::system:
    case errc::journal_failed:
    case errc::disk_full:
    case errc::data_dir_in_use:
    case errc::journal_damaged:
      return {rows::internal_failure_exception, aws::error_of(code).message()};
    // No call of Kinesis meets these.
    case errc::queue_does_not_exist:
    case errc::queue_name_exists:
    case errc::queue_deleted_recently:
    case errc::invalid_queue_name:
    case errc::invalid_attribute_name:
    case errc::invalid_attribute_value:
    case errc::message_too_long:
    case errc::batch_too_long:
    case errc::empty_message:
    case errc::invalid_message_contents:
    case errc::invalid_delay:
    case errc::invalid_visibility_timeout:
    case errc::invalid_wait_time:
    case errc::invalid_max_messages:
    case errc::empty_batch:
    case errc::too_many_entries:
    case errc::receipt_handle_is_invalid:
    case errc::message_not_in_flight:
    case errc::message_does_not_exist:
    case errc::over_limit:
    case errc::purge_in_progress:
    case errc::dead_letter_queue_does_not_exist:
    case errc::invalid_message_attributes:
    case errc::message_group_id_missing:
    case errc::message_deduplication_id_missing:
    case errc::invalid_message_group_id:
    case errc::invalid_message_deduplication_id:
    case errc::not_for_fifo_queues:
    case errc::not_for_standard_queues:
    case errc::receipt_handle_expired:
    case errc::receive_attempt_over:
    case errc::invalid_receive_request_attempt_id:
    case errc::message_move_running:
    case errc::message_move_does_not_exist:
    case errc::message_move_not_running:
    case errc::too_many_message_moves:
    case errc::topic_does_not_exist:
    case errc::topic_exists:
    case errc::invalid_topic_name:
    case errc::invalid_topic_setting:
    case errc::subscription_does_not_exist:
    case errc::subscription_exists:
    case errc::invalid_subscription:
    case errc::invalid_filter_policy:
    case errc::too_many_filter_policies:
    case errc::too_many_subscriptions: break;
  }
  return unknown();
}

aws::error validation(std::string text) { return {rows::validation_exception, std::move(text)}; }
aws::error invalid_argument(std::string text) {
  return {rows::invalid_argument_exception, std::move(text)};
}
aws::error not_found(std::string text) {
  return {rows::resource_not_found_exception, std::move(text)};
}
aws::error limit_exceeded(std::string text) {
  return {rows::limit_exceeded_exception, std::move(text)};
}

std::string in_stream(const call& c) {
  std::string out = " in stream ";
  return out.append(c.stream_name).append(" under account ").append(c.context->account_id);
}

aws::error shard_not_found(const call& c, std::string_view id) {
  return not_found("Could not find shard " + std::string(id) + in_stream(c) + ".");
}

aws::error no_such_shard(const call& c) {
  return not_found("Shard " + shard_id(c.shard) + in_stream(c) + " does not exist");
}

bool names_no_shard(errc status) noexcept {
  return status == errc::stream_does_not_exist || status == errc::shard_does_not_exist;
}

std::string rate_exceeded_text(const call& c, std::uint32_t shard) {
  return "Rate exceeded for shard " + shard_id(shard) + in_stream(c) + ".";
}

aws::error consumer_not_found(const call& c) {
  return not_found(about_consumer(c) + ", account " + c.context->account_id + " not found.");
}

}  // namespace millrace::kinesis
