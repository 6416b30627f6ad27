#include "kinesis/operations.hpp"

#include <array>
#include <memory>

namespace millrace::kinesis {
namespace {

/// Copies each handler to the place that the model gives its operation.
std::array<handler, shapes::operation_count> all() {
  using op = shapes::operation;
  std::array<handler, shapes::operation_count> out;
  const auto at = [&](op o) -> handler& { return out[static_cast<std::size_t>(o)]; };
  at(op::add_tags_to_stream) = add_tags_to_stream;
  at(op::create_stream) = create_stream;
  at(op::decrease_stream_retention_period) = decrease_stream_retention_period;
  at(op::delete_resource_policy) = delete_resource_policy;
  at(op::delete_stream) = delete_stream;
  at(op::deregister_stream_consumer) = deregister_stream_consumer;
  at(op::describe_account_settings) = describe_account_settings;
  at(op::describe_limits) = describe_limits;
  at(op::describe_stream) = describe_stream;
  at(op::describe_stream_consumer) = describe_stream_consumer;
  at(op::describe_stream_summary) = describe_stream_summary;
  at(op::disable_enhanced_monitoring) = disable_enhanced_monitoring;
  at(op::enable_enhanced_monitoring) = enable_enhanced_monitoring;
  at(op::get_records) = get_records;
  at(op::get_resource_policy) = get_resource_policy;
  at(op::get_shard_iterator) = get_shard_iterator;
  at(op::increase_stream_retention_period) = increase_stream_retention_period;
  at(op::list_shards) = list_shards;
  at(op::list_stream_consumers) = list_stream_consumers;
  at(op::list_streams) = list_streams;
  at(op::list_tags_for_resource) = list_tags_for_resource;
  at(op::list_tags_for_stream) = list_tags_for_stream;
  at(op::merge_shards) = merge_shards;
  at(op::put_record) = put_record;
  at(op::put_records) = put_records;
  at(op::put_resource_policy) = put_resource_policy;
  at(op::register_stream_consumer) = register_stream_consumer;
  at(op::remove_tags_from_stream) = remove_tags_from_stream;
  at(op::split_shard) = split_shard;
  at(op::start_stream_encryption) = start_stream_encryption;
  at(op::stop_stream_encryption) = stop_stream_encryption;
  at(op::subscribe_to_shard) = subscribe_to_shard;
  at(op::tag_resource) = tag_resource;
  at(op::untag_resource) = untag_resource;
  at(op::update_account_settings) = update_account_settings;
  at(op::update_max_record_size) = update_max_record_size;
  at(op::update_shard_count) = update_shard_count;
  at(op::update_stream_mode) = update_stream_mode;
  at(op::update_stream_warm_throughput) = update_stream_warm_throughput;
  return out;
}

}  // namespace

const handler& handler_of(std::size_t operation) {
  static const std::array<handler, shapes::operation_count> handlers = all();
  return handlers[operation];
}

constinit const aws::service service{
    &shapes::model, &shapes::errors::access_denied_exception,
    []() -> std::unique_ptr<aws::call> { return std::make_unique<call>(); }, handler_of};

}  // namespace millrace::kinesis
