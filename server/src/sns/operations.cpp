#include "sns/operations.hpp"

#include <array>
#include <memory>

namespace millrace::sns {
namespace {

/// Copies each handler to the place that the model gives its operation.
std::array<handler, shapes::operation_count> all() {
  using op = shapes::operation;
  std::array<handler, shapes::operation_count> out;
  out.fill(not_served_yet);
  const auto at = [&](op o) -> handler& { return out[static_cast<std::size_t>(o)]; };
  at(op::add_permission) = add_permission;
  at(op::confirm_subscription) = confirm_subscription;
  at(op::create_topic) = create_topic;
  at(op::delete_topic) = delete_topic;
  at(op::get_subscription_attributes) = get_subscription_attributes;
  at(op::get_topic_attributes) = get_topic_attributes;
  at(op::list_subscriptions) = list_subscriptions;
  at(op::list_subscriptions_by_topic) = list_subscriptions_by_topic;
  at(op::list_tags_for_resource) = list_tags_for_resource;
  at(op::list_topics) = list_topics;
  at(op::publish) = publish;
  at(op::publish_batch) = publish_batch;
  at(op::remove_permission) = remove_permission;
  at(op::set_subscription_attributes) = set_subscription_attributes;
  at(op::set_topic_attributes) = set_topic_attributes;
  at(op::subscribe) = subscribe;
  at(op::tag_resource) = tag_resource;
  at(op::unsubscribe) = unsubscribe;
  at(op::untag_resource) = untag_resource;
  return out;
}

}  // namespace

const handler& handler_of(std::size_t operation) {
  static const std::array<handler, shapes::operation_count> handlers = all();
  return handlers[operation];
}

constinit const aws::service service{
    &shapes::model, &shapes::errors::authorization_error_exception,
    []() -> std::unique_ptr<aws::call> { return std::make_unique<call>(); }, handler_of};

}  // namespace millrace::sns
