// errc -> error row and text. Adding an errc without a line here does not compile.
#include "aws/error_of.hpp"

#include "aws/tables/sqs.hpp"

namespace millrace::aws {
namespace {

struct answer {
  const error_row& row;
  std::string_view text;
};

// NOLINTNEXTLINE(readability-function-size): a line or two for each errc, and nothing else
answer answer_of(errc code) noexcept {
  namespace common = common_errors;
  namespace sqs_errors = sqs::errors;
  switch (code) {
    case errc::ok: return {common::internal_failure, "A success was reported as a failure."};
    case errc::would_block: return {common::service_unavailable, "The server is busy. Try again."};
    case errc::engine_closed: return {common::service_unavailable, "The server is shutting down."};
    case errc::memory_full:
      return {common::service_unavailable,
              "The server's memory limit is reached: receive and delete messages, or try later."};
    case errc::invalid_option:
      return {common::invalid_parameter_value, "A parameter of the request is invalid."};
    case errc::durability_missing:
      return {common::invalid_parameter_value,
              "This server does not have the durability that was asked for."};
    case errc::too_many_clients:
      return {common::service_unavailable, "The server has too many clients. Try again."};
    case errc::not_supported: return {sqs_errors::unsupported_operation, "Unsupported operation."};
    case errc::cancelled: return {common::service_unavailable, "The request was cancelled."};
    case errc::system:
      return {common::internal_failure, "The server's operating system refused a resource."};
    case errc::journal_failed:
      return {common::internal_failure, "The server can no longer store messages."};
    case errc::disk_full:
      return {common::service_unavailable,
              "The server's disk is full: receive and delete messages, or try later."};
    case errc::data_dir_in_use:
    case errc::journal_damaged:
      return {common::internal_failure, "The server cannot use its data directory."};
    case errc::changed_meanwhile:
      return {common::service_unavailable, "The queue is being changed by others. Try again."};
    case errc::queue_does_not_exist:
      return {sqs_errors::queue_does_not_exist, "The specified queue does not exist."};
    case errc::queue_name_exists:
      return {sqs_errors::queue_name_exists,
              "A queue already exists with the same name and a different value for an attribute"};
    case errc::queue_deleted_recently:
      return {sqs_errors::queue_deleted_recently,
              "You must wait 60 seconds after deleting a queue before you can create another "
              "with the same name."};
    case errc::invalid_queue_name:
      return {common::invalid_parameter_value,
              "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in "
              "length"};
    case errc::invalid_attribute_name:
      return {sqs_errors::invalid_attribute_name, "Unknown Attribute."};
    case errc::invalid_attribute_value:
      return {sqs_errors::invalid_attribute_value, "Invalid value for the parameter."};
    case errc::message_too_long:
      return {common::invalid_parameter_value,
              "One or more parameters are invalid. Reason: Message must be shorter than 1048576 "
              "bytes."};
    case errc::batch_too_long:
      return {sqs_errors::batch_request_too_long,
              "Batch requests cannot be longer than 1048576 bytes."};
    case errc::empty_message:
      return {common::missing_parameter, "The request must contain the parameter MessageBody."};
    case errc::invalid_message_contents:
      return {sqs_errors::invalid_message_contents,
              "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to "
              "#xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"};
    case errc::invalid_delay:
      return {common::invalid_parameter_value,
              "The value for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= "
              "0 and <= 900."};
    case errc::invalid_visibility_timeout:
      return {common::invalid_parameter_value,
              "The value for parameter VisibilityTimeout is invalid. Reason: Must be between 0 "
              "and 43200, counted from the receive."};
    case errc::invalid_wait_time:
      return {common::invalid_parameter_value,
              "The value for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= "
              "20, if provided."};
    case errc::invalid_max_messages:
      return {common::invalid_parameter_value,
              "The value for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 "
              "and 10, if provided."};
    case errc::empty_batch:
      return {sqs_errors::empty_batch_request,
              "There should be at least one entry in the request."};
    case errc::too_many_entries:
      return {sqs_errors::too_many_entries_in_batch_request,
              "Maximum number of entries per request are 10."};
    case errc::receipt_handle_is_invalid:
      return {sqs_errors::receipt_handle_is_invalid, "The input receipt handle is invalid."};
    case errc::message_not_in_flight:
      return {sqs_errors::message_not_inflight, "The message is not in flight."};
    case errc::message_does_not_exist:
      return {common::invalid_parameter_value,
              "Message does not exist or is not available for visibility timeout change."};
    case errc::over_limit:
      return {sqs_errors::over_limit, "Too many messages are in flight for this queue."};
    case errc::purge_in_progress:
      return {sqs_errors::purge_queue_in_progress,
              "Only one PurgeQueue operation on a queue is allowed every 60 seconds."};
    case errc::dead_letter_queue_does_not_exist:
      return {common::invalid_parameter_value,
              "Value for parameter RedrivePolicy is invalid. Reason: Dead letter target does not "
              "exist."};
    case errc::invalid_message_attributes:
      return {common::invalid_parameter_value, "A message attribute is invalid."};
    case errc::message_group_id_missing:
      return {common::missing_parameter, "The request must contain the parameter MessageGroupId."};
    case errc::message_deduplication_id_missing:
      return {common::invalid_parameter_value,
              "The queue should either have ContentBasedDeduplication enabled or "
              "MessageDeduplicationId provided explicitly"};
    case errc::invalid_message_group_id:
      return {common::invalid_parameter_value, "The value of MessageGroupId is invalid."};
    case errc::invalid_message_deduplication_id:
      return {common::invalid_parameter_value, "The value of MessageDeduplicationId is invalid."};
    case errc::not_for_fifo_queues:
    case errc::not_for_standard_queues:
      return {common::invalid_parameter_value,
              "The request include parameter that is not valid for this queue type."};
    case errc::receipt_handle_expired:
      return {common::invalid_parameter_value, "The receipt handle has expired."};
    case errc::receive_attempt_over:
      return {common::invalid_parameter_value,
              "The receiveRequestAttemptId is not valid anymore since the receive call is not "
              "retryable."};
    case errc::invalid_receive_request_attempt_id:
      return {common::invalid_parameter_value, "The value of ReceiveRequestAttemptId is invalid."};
    case errc::request_throttled: return {sqs_errors::request_throttled, "Request is throttled."};
    case errc::message_move_running:
      return {common::invalid_parameter_value,
              "There is already a task running. Only one active task is allowed for a source queue "
              "arn at a given time."};
    case errc::message_move_does_not_exist:
      return {sqs_errors::resource_not_found_exception, "Task does not exist."};
    case errc::message_move_not_running:
      return {sqs_errors::unsupported_operation,
              "Only a task whose status is RUNNING can be cancelled."};
    case errc::too_many_message_moves:
      return {sqs_errors::unsupported_operation,
              "An account can have at most 100 active message move tasks."};
    // No call of SQS meets these.
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
    case errc::changed_too_often:
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
  return {common::internal_failure, "An unknown failure."};
}

}  // namespace

error error_of(errc code) {
  const answer known = answer_of(code);
  return {known.row, std::string(known.text)};
}

const error_row& error_row_of(errc code) noexcept { return answer_of(code).row; }

}  // namespace millrace::aws
