// errc -> error row and text. Adding an errc without a line here does not compile.
#include "sns/errors.hpp"

#include "aws/error_of.hpp"
#include "aws/tables/sns.hpp"

namespace millrace::sns {
namespace {

namespace rows = aws::sns::errors;

/// Under this code, and not the model's, AWS was seen to tell what its constraints found.
constinit const aws::error_row validation_error{"com.amazonaws.sns#ValidationException",
                                                "ValidationError", 400, true};

aws::error unknown() { return {rows::internal_error_exception, "An unknown failure."}; }

/// Of messages, on their way to a topic.
aws::error error_of_message(errc code) {
  switch (code) {
    case errc::message_too_long: return invalid("Message too long");
    case errc::batch_too_long:
      return {rows::batch_request_too_long_exception,
              "The length of all the messages put together is more than the limit."};
    case errc::empty_message: return invalid("Empty message");
    case errc::empty_batch:
      return {rows::empty_batch_request_exception,
              "The batch request doesn't contain any entries."};
    case errc::too_many_entries:
      return {rows::too_many_entries_in_batch_request_exception,
              "The batch request contains more entries than permissible."};
    case errc::invalid_message_contents:
      return invalid("Message", "it holds a character that no message may hold");
    case errc::invalid_message_attributes:
      return invalid("MessageAttributes", "there are more than 10, or one of them is invalid");
    case errc::message_group_id_missing:
      return invalid("The MessageGroupId parameter is required for FIFO topics");
    case errc::message_deduplication_id_missing:
      return invalid(
          "The topic should either have ContentBasedDeduplication enabled or "
          "MessageDeduplicationId provided explicitly");
    case errc::invalid_message_group_id:
      return invalid("MessageGroupId", "it is 1 to 128 alphanumeric characters and punctuation");
    case errc::invalid_message_deduplication_id:
      return invalid("MessageDeduplicationId",
                     "it is 1 to 128 alphanumeric characters and punctuation");
    case errc::not_for_standard_queues:
      return invalid("MessageDeduplicationId",
                     "The request includes MessageDeduplicationId parameter that is not valid for "
                     "this topic type");
    default: return unknown();
  }
}

}  // namespace

aws::error invalid(std::string_view what) {
  return {rows::invalid_parameter_exception, "Invalid parameter: " + std::string(what)};
}

aws::error invalid(std::string_view parameter, std::string_view why) {
  return invalid(std::string(parameter).append(" Reason: ").append(why));
}

aws::error invalid_value(std::string text) {
  return {rows::invalid_parameter_value_exception, std::move(text)};
}

aws::error validation(std::string text) { return {validation_error, std::move(text)}; }

aws::error topic_not_found() { return {rows::not_found_exception, "Topic does not exist"}; }

aws::error subscription_not_found() {
  return {rows::not_found_exception, "Subscription does not exist"};
}

aws::error not_served(std::string_view what, std::string_view why) {
  return invalid(what, std::string("this version does not serve it: ").append(why));
}

// NOLINTNEXTLINE(readability-function-size): a line or two for each errc, and nothing else
aws::error error_of(errc code) {
  switch (code) {
    case errc::topic_does_not_exist: return topic_not_found();
    case errc::subscription_does_not_exist: return subscription_not_found();
    case errc::topic_exists:
      return invalid("Attributes", "Topic already exists with different attributes");
    case errc::subscription_exists:
      return invalid("Attributes", "Subscription already exists with different attributes");
    case errc::invalid_topic_name: return invalid("Topic Name");
    case errc::invalid_topic_setting:
      return invalid("Attributes", "an attribute is outside of its range");
    case errc::invalid_subscription:
      return invalid("Endpoint", "the queue is not for a topic of this type");
    case errc::invalid_filter_policy: return invalid("FilterPolicy");
    case errc::too_many_filter_policies:
      return {rows::filter_policy_limit_exceeded_exception,
              "The topic has the most filter policies that a topic may have."};
    case errc::too_many_subscriptions:
      return {rows::subscription_limit_exceeded_exception,
              "The topic has the most subscriptions that a FIFO topic may have."};
    case errc::message_too_long:
    case errc::batch_too_long:
    case errc::empty_message:
    case errc::empty_batch:
    case errc::too_many_entries:
    case errc::invalid_message_contents:
    case errc::invalid_message_attributes:
    case errc::message_group_id_missing:
    case errc::message_deduplication_id_missing:
    case errc::invalid_message_group_id:
    case errc::invalid_message_deduplication_id:
    case errc::not_for_standard_queues: return error_of_message(code);
    case errc::request_throttled: return {rows::throttled_exception, "Rate exceeded"};
    case errc::changed_meanwhile:
      return {rows::concurrent_access_exception,
              "The topic is being changed by others. Try again."};
    case errc::durability_missing:
    case errc::invalid_option: return invalid("Tags", aws::error_of(code).message());
    case errc::not_supported: return not_served("this", "the engine does not have it");
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
      return {rows::internal_error_exception, aws::error_of(code).message()};
    // No call of SNS meets these.
    case errc::queue_does_not_exist:
    case errc::queue_name_exists:
    case errc::queue_deleted_recently:
    case errc::invalid_queue_name:
    case errc::invalid_attribute_name:
    case errc::invalid_attribute_value:
    case errc::invalid_delay:
    case errc::invalid_visibility_timeout:
    case errc::invalid_wait_time:
    case errc::invalid_max_messages:
    case errc::receipt_handle_is_invalid:
    case errc::message_not_in_flight:
    case errc::over_limit:
    case errc::purge_in_progress:
    case errc::dead_letter_queue_does_not_exist:
    case errc::not_for_fifo_queues:
    case errc::receipt_handle_expired:
    case errc::receive_attempt_over:
    case errc::invalid_receive_request_attempt_id:
    case errc::message_does_not_exist:
    case errc::message_move_running:
    case errc::message_move_does_not_exist:
    case errc::message_move_not_running:
    case errc::too_many_message_moves:
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
    case errc::consumer_exists:
    case errc::consumer_does_not_exist:
    case errc::too_many_consumers:
    case errc::stream_has_consumers:
    case errc::subscribed_recently:
    case errc::subscription_taken_over:
    case errc::stream_is_on_demand:
    case errc::too_many_shards:
    case errc::too_many_on_demand_streams:
    case errc::stream_not_active:
    case errc::consumer_not_active:
    case errc::too_many_at_once:
    case errc::changed_too_often: break;
  }
  return unknown();
}

}  // namespace millrace::sns
