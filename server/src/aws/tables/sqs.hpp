// Numbers of the service sqs, api version 2012-11-05.
// Written by scripts/generate-shapes from botocore 1.43.67; do not edit.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "aws/model.hpp"

// clang-format off
namespace millrace::aws::sqs {

extern const service_model model;
extern const std::array<error_row, 28> error_rows;

/// The place of each operation in model.operations.
enum class operation : std::uint8_t {
  add_permission,
  cancel_message_move_task,
  change_message_visibility,
  change_message_visibility_batch,
  create_queue,
  delete_message,
  delete_message_batch,
  delete_queue,
  get_queue_attributes,
  get_queue_url,
  list_dead_letter_source_queues,
  list_message_move_tasks,
  list_queue_tags,
  list_queues,
  purge_queue,
  receive_message,
  remove_permission,
  send_message,
  send_message_batch,
  set_queue_attributes,
  start_message_move_task,
  tag_queue,
  untag_queue,
};
inline constexpr std::size_t operation_count = 23;

namespace add_permission_request {
inline constexpr shape_id shape{2};
inline constexpr member_id queue_url{0};
inline constexpr member_id label{1};
inline constexpr member_id aws_account_ids{2};
inline constexpr member_id actions{3};
}  // namespace add_permission_request
namespace batch_result_error_entry {
inline constexpr shape_id shape{4};
inline constexpr member_id id{4};
inline constexpr member_id sender_fault{5};
inline constexpr member_id code{6};
inline constexpr member_id message{7};
}  // namespace batch_result_error_entry
namespace cancel_message_move_task_request {
inline constexpr shape_id shape{10};
inline constexpr member_id task_handle{8};
}  // namespace cancel_message_move_task_request
namespace cancel_message_move_task_result {
inline constexpr shape_id shape{11};
inline constexpr member_id approximate_number_of_messages_moved{9};
}  // namespace cancel_message_move_task_result
namespace change_message_visibility_batch_request {
inline constexpr shape_id shape{12};
inline constexpr member_id queue_url{10};
inline constexpr member_id entries{11};
}  // namespace change_message_visibility_batch_request
namespace change_message_visibility_batch_request_entry {
inline constexpr shape_id shape{13};
inline constexpr member_id id{12};
inline constexpr member_id receipt_handle{13};
inline constexpr member_id visibility_timeout{14};
}  // namespace change_message_visibility_batch_request_entry
namespace change_message_visibility_batch_result {
inline constexpr shape_id shape{15};
inline constexpr member_id successful{15};
inline constexpr member_id failed{16};
}  // namespace change_message_visibility_batch_result
namespace change_message_visibility_batch_result_entry {
inline constexpr shape_id shape{16};
inline constexpr member_id id{17};
}  // namespace change_message_visibility_batch_result_entry
namespace change_message_visibility_request {
inline constexpr shape_id shape{18};
inline constexpr member_id queue_url{18};
inline constexpr member_id receipt_handle{19};
inline constexpr member_id visibility_timeout{20};
}  // namespace change_message_visibility_request
namespace create_queue_request {
inline constexpr shape_id shape{19};
inline constexpr member_id queue_name{21};
inline constexpr member_id attributes{22};
inline constexpr member_id tags{23};
}  // namespace create_queue_request
namespace create_queue_result {
inline constexpr shape_id shape{20};
inline constexpr member_id queue_url{24};
}  // namespace create_queue_result
namespace delete_message_batch_request {
inline constexpr shape_id shape{21};
inline constexpr member_id queue_url{25};
inline constexpr member_id entries{26};
}  // namespace delete_message_batch_request
namespace delete_message_batch_request_entry {
inline constexpr shape_id shape{22};
inline constexpr member_id id{27};
inline constexpr member_id receipt_handle{28};
}  // namespace delete_message_batch_request_entry
namespace delete_message_batch_result {
inline constexpr shape_id shape{24};
inline constexpr member_id successful{29};
inline constexpr member_id failed{30};
}  // namespace delete_message_batch_result
namespace delete_message_batch_result_entry {
inline constexpr shape_id shape{25};
inline constexpr member_id id{31};
}  // namespace delete_message_batch_result_entry
namespace delete_message_request {
inline constexpr shape_id shape{27};
inline constexpr member_id queue_url{32};
inline constexpr member_id receipt_handle{33};
}  // namespace delete_message_request
namespace delete_queue_request {
inline constexpr shape_id shape{28};
inline constexpr member_id queue_url{34};
}  // namespace delete_queue_request
namespace get_queue_attributes_request {
inline constexpr shape_id shape{29};
inline constexpr member_id queue_url{35};
inline constexpr member_id attribute_names{36};
}  // namespace get_queue_attributes_request
namespace get_queue_attributes_result {
inline constexpr shape_id shape{30};
inline constexpr member_id attributes{37};
}  // namespace get_queue_attributes_result
namespace get_queue_url_request {
inline constexpr shape_id shape{31};
inline constexpr member_id queue_name{38};
inline constexpr member_id queue_owner_aws_account_id{39};
}  // namespace get_queue_url_request
namespace get_queue_url_result {
inline constexpr shape_id shape{32};
inline constexpr member_id queue_url{40};
}  // namespace get_queue_url_result
namespace list_dead_letter_source_queues_request {
inline constexpr shape_id shape{33};
inline constexpr member_id queue_url{41};
inline constexpr member_id next_token{42};
inline constexpr member_id max_results{43};
}  // namespace list_dead_letter_source_queues_request
namespace list_dead_letter_source_queues_result {
inline constexpr shape_id shape{34};
inline constexpr member_id queue_urls{44};
inline constexpr member_id next_token{45};
}  // namespace list_dead_letter_source_queues_result
namespace list_message_move_tasks_request {
inline constexpr shape_id shape{35};
inline constexpr member_id source_arn{46};
inline constexpr member_id max_results{47};
}  // namespace list_message_move_tasks_request
namespace list_message_move_tasks_result {
inline constexpr shape_id shape{36};
inline constexpr member_id results{48};
}  // namespace list_message_move_tasks_result
namespace list_message_move_tasks_result_entry {
inline constexpr shape_id shape{37};
inline constexpr member_id task_handle{49};
inline constexpr member_id status{50};
inline constexpr member_id source_arn{51};
inline constexpr member_id destination_arn{52};
inline constexpr member_id max_number_of_messages_per_second{53};
inline constexpr member_id approximate_number_of_messages_moved{54};
inline constexpr member_id approximate_number_of_messages_to_move{55};
inline constexpr member_id failure_reason{56};
inline constexpr member_id started_timestamp{57};
}  // namespace list_message_move_tasks_result_entry
namespace list_queue_tags_request {
inline constexpr shape_id shape{39};
inline constexpr member_id queue_url{58};
}  // namespace list_queue_tags_request
namespace list_queue_tags_result {
inline constexpr shape_id shape{40};
inline constexpr member_id tags{59};
}  // namespace list_queue_tags_result
namespace list_queues_request {
inline constexpr shape_id shape{41};
inline constexpr member_id queue_name_prefix{60};
inline constexpr member_id next_token{61};
inline constexpr member_id max_results{62};
}  // namespace list_queues_request
namespace list_queues_result {
inline constexpr shape_id shape{42};
inline constexpr member_id queue_urls{63};
inline constexpr member_id next_token{64};
}  // namespace list_queues_result
namespace message {
inline constexpr shape_id shape{44};
inline constexpr member_id message_id{65};
inline constexpr member_id receipt_handle{66};
inline constexpr member_id md5_of_body{67};
inline constexpr member_id body{68};
inline constexpr member_id attributes{69};
inline constexpr member_id md5_of_message_attributes{70};
inline constexpr member_id message_attributes{71};
}  // namespace message
namespace message_attribute_value {
inline constexpr shape_id shape{47};
inline constexpr member_id string_value{72};
inline constexpr member_id binary_value{73};
inline constexpr member_id string_list_values{74};
inline constexpr member_id binary_list_values{75};
inline constexpr member_id data_type{76};
}  // namespace message_attribute_value
namespace message_system_attribute_value {
inline constexpr shape_id shape{54};
inline constexpr member_id string_value{77};
inline constexpr member_id binary_value{78};
inline constexpr member_id string_list_values{79};
inline constexpr member_id binary_list_values{80};
inline constexpr member_id data_type{81};
}  // namespace message_system_attribute_value
namespace purge_queue_request {
inline constexpr shape_id shape{57};
inline constexpr member_id queue_url{82};
}  // namespace purge_queue_request
namespace receive_message_request {
inline constexpr shape_id shape{61};
inline constexpr member_id queue_url{83};
inline constexpr member_id attribute_names{84};
inline constexpr member_id message_system_attribute_names{85};
inline constexpr member_id message_attribute_names{86};
inline constexpr member_id max_number_of_messages{87};
inline constexpr member_id visibility_timeout{88};
inline constexpr member_id wait_time_seconds{89};
inline constexpr member_id receive_request_attempt_id{90};
}  // namespace receive_message_request
namespace receive_message_result {
inline constexpr shape_id shape{62};
inline constexpr member_id messages{91};
}  // namespace receive_message_result
namespace remove_permission_request {
inline constexpr shape_id shape{63};
inline constexpr member_id queue_url{92};
inline constexpr member_id label{93};
}  // namespace remove_permission_request
namespace send_message_batch_request {
inline constexpr shape_id shape{64};
inline constexpr member_id queue_url{94};
inline constexpr member_id entries{95};
}  // namespace send_message_batch_request
namespace send_message_batch_request_entry {
inline constexpr shape_id shape{65};
inline constexpr member_id id{96};
inline constexpr member_id message_body{97};
inline constexpr member_id delay_seconds{98};
inline constexpr member_id message_attributes{99};
inline constexpr member_id message_system_attributes{100};
inline constexpr member_id message_deduplication_id{101};
inline constexpr member_id message_group_id{102};
}  // namespace send_message_batch_request_entry
namespace send_message_batch_result {
inline constexpr shape_id shape{67};
inline constexpr member_id successful{103};
inline constexpr member_id failed{104};
}  // namespace send_message_batch_result
namespace send_message_batch_result_entry {
inline constexpr shape_id shape{68};
inline constexpr member_id id{105};
inline constexpr member_id message_id{106};
inline constexpr member_id md5_of_message_body{107};
inline constexpr member_id md5_of_message_attributes{108};
inline constexpr member_id md5_of_message_system_attributes{109};
inline constexpr member_id sequence_number{110};
}  // namespace send_message_batch_result_entry
namespace send_message_request {
inline constexpr shape_id shape{70};
inline constexpr member_id queue_url{111};
inline constexpr member_id message_body{112};
inline constexpr member_id delay_seconds{113};
inline constexpr member_id message_attributes{114};
inline constexpr member_id message_system_attributes{115};
inline constexpr member_id message_deduplication_id{116};
inline constexpr member_id message_group_id{117};
}  // namespace send_message_request
namespace send_message_result {
inline constexpr shape_id shape{71};
inline constexpr member_id md5_of_message_body{118};
inline constexpr member_id md5_of_message_attributes{119};
inline constexpr member_id md5_of_message_system_attributes{120};
inline constexpr member_id message_id{121};
inline constexpr member_id sequence_number{122};
}  // namespace send_message_result
namespace set_queue_attributes_request {
inline constexpr shape_id shape{72};
inline constexpr member_id queue_url{123};
inline constexpr member_id attributes{124};
}  // namespace set_queue_attributes_request
namespace start_message_move_task_request {
inline constexpr shape_id shape{73};
inline constexpr member_id source_arn{125};
inline constexpr member_id destination_arn{126};
inline constexpr member_id max_number_of_messages_per_second{127};
}  // namespace start_message_move_task_request
namespace start_message_move_task_result {
inline constexpr shape_id shape{74};
inline constexpr member_id task_handle{128};
}  // namespace start_message_move_task_result
namespace tag_queue_request {
inline constexpr shape_id shape{80};
inline constexpr member_id queue_url{129};
inline constexpr member_id tags{130};
}  // namespace tag_queue_request
namespace untag_queue_request {
inline constexpr shape_id shape{83};
inline constexpr member_id queue_url{131};
inline constexpr member_id tag_keys{132};
}  // namespace untag_queue_request

/// The values that the model lists for a string.
inline constexpr std::array<std::string_view, 10> message_system_attribute_name_values{
    "All",
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
};
inline constexpr std::array<std::string_view, 22> queue_attribute_name_values{
    "All",
    "Policy",
    "VisibilityTimeout",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "QueueArn",
    "ApproximateNumberOfMessagesDelayed",
    "DelaySeconds",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "FifoQueue",
    "ContentBasedDeduplication",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "DeduplicationScope",
    "FifoThroughputLimit",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
};

namespace errors {
inline constexpr const error_row& batch_entry_ids_not_distinct = error_rows[0];
inline constexpr const error_row& batch_request_too_long = error_rows[1];
inline constexpr const error_row& empty_batch_request = error_rows[2];
inline constexpr const error_row& invalid_address = error_rows[3];
inline constexpr const error_row& invalid_attribute_name = error_rows[4];
inline constexpr const error_row& invalid_attribute_value = error_rows[5];
inline constexpr const error_row& invalid_batch_entry_id = error_rows[6];
inline constexpr const error_row& invalid_id_format = error_rows[7];
inline constexpr const error_row& invalid_message_contents = error_rows[8];
inline constexpr const error_row& invalid_security = error_rows[9];
inline constexpr const error_row& kms_access_denied = error_rows[10];
inline constexpr const error_row& kms_disabled = error_rows[11];
inline constexpr const error_row& kms_invalid_key_usage = error_rows[12];
inline constexpr const error_row& kms_invalid_state = error_rows[13];
inline constexpr const error_row& kms_not_found = error_rows[14];
inline constexpr const error_row& kms_opt_in_required = error_rows[15];
inline constexpr const error_row& kms_throttled = error_rows[16];
inline constexpr const error_row& message_not_inflight = error_rows[17];
inline constexpr const error_row& over_limit = error_rows[18];
inline constexpr const error_row& purge_queue_in_progress = error_rows[19];
inline constexpr const error_row& queue_deleted_recently = error_rows[20];
inline constexpr const error_row& queue_does_not_exist = error_rows[21];
inline constexpr const error_row& queue_name_exists = error_rows[22];
inline constexpr const error_row& receipt_handle_is_invalid = error_rows[23];
inline constexpr const error_row& request_throttled = error_rows[24];
inline constexpr const error_row& resource_not_found_exception = error_rows[25];
inline constexpr const error_row& too_many_entries_in_batch_request = error_rows[26];
inline constexpr const error_row& unsupported_operation = error_rows[27];
}  // namespace errors

}  // namespace millrace::aws::sqs
// clang-format on
