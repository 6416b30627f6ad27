#include "sqs/operations.hpp"

namespace millrace::sqs {
namespace {

/// Copies each handler to the place that the model gives its operation.
std::array<handler, shapes::operation_count> all() {
  using op = shapes::operation;
  std::array<handler, shapes::operation_count> out;
  const auto at = [&](op o) -> handler& { return out[static_cast<std::size_t>(o)]; };
  at(op::add_permission) = add_permission;
  at(op::cancel_message_move_task) = cancel_message_move_task;
  at(op::change_message_visibility) = change_message_visibility;
  at(op::change_message_visibility_batch) = change_message_visibility_batch;
  at(op::create_queue) = create_queue;
  at(op::delete_message) = delete_message;
  at(op::delete_message_batch) = delete_message_batch;
  at(op::delete_queue) = delete_queue;
  at(op::get_queue_attributes) = get_queue_attributes;
  at(op::get_queue_url) = get_queue_url;
  at(op::list_dead_letter_source_queues) = list_dead_letter_source_queues;
  at(op::list_message_move_tasks) = list_message_move_tasks;
  at(op::list_queue_tags) = list_queue_tags;
  at(op::list_queues) = list_queues;
  at(op::purge_queue) = purge_queue;
  at(op::receive_message) = receive_message;
  at(op::remove_permission) = remove_permission;
  at(op::send_message) = send_message;
  at(op::send_message_batch) = send_message_batch;
  at(op::set_queue_attributes) = set_queue_attributes;
  at(op::start_message_move_task) = start_message_move_task;
  at(op::tag_queue) = tag_queue;
  at(op::untag_queue) = untag_queue;
  return out;
}

}  // namespace

const handler& handler_of(std::size_t operation) {
  static const std::array<handler, shapes::operation_count> handlers = all();
  return handlers[operation];
}

constinit const aws::service service{
    &shapes::model, &shapes::errors::invalid_security,
    []() -> std::unique_ptr<aws::call> { return std::make_unique<call>(); }, handler_of};

}  // namespace millrace::sqs
