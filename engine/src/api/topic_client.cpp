// The public verbs of topics: each fills an operation and either submits it or runs it.
#include <millrace/topic_client.hpp>

#include <algorithm>

#include "api/client_calls.hpp"

namespace millrace {
inline namespace v1 {

using detail::answer;
using detail::client_core;
using detail::no_answer;
using detail::no_fill;
using detail::run;
using detail::submit;
using lane::operation;

namespace {

auto fill_settings(const topic_settings& settings, std::uint32_t given,
                   std::optional<std::uint64_t> revision = {}) {
  return [=, &settings](operation& op) {
    op.topic->settings = settings;
    op.topic->given = given;
    op.topic->revision = revision;
    return errc::ok;
  };
}

auto fill_subscription(const subscription_id& id, std::size_t max = 0) {
  return [=](operation& op) {
    op.topic->subscription = id;
    op.topic->max = max;
    return errc::ok;
  };
}

struct changes_to {
  subscription_id id;
  std::uint32_t given = 0;
  std::optional<std::uint64_t> revision;
};

auto fill_subscribed(const subscription_settings& settings, const changes_to& how = {}) {
  return [how, &settings](operation& op) {
    op.topic->subscribed = settings;
    op.topic->subscription = how.id;
    op.topic->given = how.given;
    op.topic->revision = how.revision;
    return errc::ok;
  };
}

auto fill_publish(client_core& core, std::span<const publish_entry> entries) {
  return [=, &core](operation& op) { return core.fill_publish(op, entries); };
}

/// What a part of a list begins behind.
struct list_after {
  std::string_view topic;
  subscription_id subscription;
  std::size_t max = 0;
};

/// Names a lane, not a topic.
operation* list_part(client_core& core, operation_kind kind, std::uint32_t lane,
                     const list_after& after, std::uint64_t token, errc& out) {
  out = lane < core.lanes() ? errc::would_block : errc::invalid_option;
  if (out == errc::invalid_option) return nullptr;
  operation* op = core.begin_topic(kind, token);
  if (op == nullptr) return nullptr;
  op->more = std::make_unique<lane::control>();
  op->topic->name = after.topic;
  op->topic->subscription = after.subscription;
  op->topic->max = after.max;
  out = core.submit(*op, lane);
  if (out == errc::ok) return op;
  core.abandon(*op);
  return nullptr;
}

}  // namespace

topic_client::topic_client(client& of) noexcept : core_(of.core_.get()) {}

result<topic_handle> topic_client::create_topic(std::string_view name,
                                                const topic_settings& settings,
                                                std::uint32_t given) {
  return answer<topic_handle>(
      *core_, operation_kind::create_topic, topic_name_or_handle(name),
      fill_settings(settings, given),
      [](operation & op) -> auto& { return op.topic->reply.handle; });
}

result<void> topic_client::delete_topic(topic_name_or_handle topic) {
  return run(*core_, operation_kind::delete_topic, topic, no_fill, no_answer);
}

result<topic_description> topic_client::describe_topic(topic_name_or_handle topic) {
  return answer<topic_description>(
      *core_, operation_kind::get_topic, topic, no_fill,
      [](operation & op) -> auto& { return op.topic->reply.description; });
}

result<void> topic_client::set_topic(topic_name_or_handle topic, const topic_settings& settings,
                                     std::uint32_t given,
                                     std::optional<std::uint64_t> only_if_revision) {
  return run(*core_, operation_kind::set_topic, topic,
             fill_settings(settings, given, only_if_revision), no_answer);
}

result<std::vector<std::string>> topic_client::list_topics(std::string_view after,
                                                           std::size_t max) {
  return detail::list_names(*core_, max, [&](std::uint32_t lane, errc& status) {
    return list_part(*core_, operation_kind::list_topics, lane, {after, {}, max}, 0, status);
  });
}

result<subscription_id> topic_client::subscribe(topic_name_or_handle topic,
                                                const subscription_settings& settings) {
  return answer<subscription_id>(
      *core_, operation_kind::subscribe_to_topic, topic, fill_subscribed(settings),
      [](operation & op) -> auto& { return op.topic->reply.subscription; });
}

result<void> topic_client::unsubscribe(topic_name_or_handle topic, const subscription_id& id) {
  return run(*core_, operation_kind::unsubscribe, topic, fill_subscription(id), no_answer);
}

result<subscription_description> topic_client::describe_subscription(topic_name_or_handle topic,
                                                                     const subscription_id& id) {
  return answer<subscription_description>(
      *core_, operation_kind::get_subscription, topic, fill_subscription(id),
      [](operation & op) -> auto& { return op.topic->reply.subscriptions.front(); });
}

result<void> topic_client::set_subscription(topic_name_or_handle topic, const subscription_id& id,
                                            const subscription_settings& settings,
                                            std::uint32_t given,
                                            std::optional<std::uint64_t> only_if_revision) {
  return run(*core_, operation_kind::set_subscription, topic,
             fill_subscribed(settings, {id, given, only_if_revision}), no_answer);
}

result<std::vector<subscription_description>> topic_client::list_subscriptions(
    topic_name_or_handle topic, const subscription_id& after, std::size_t max) {
  return answer<std::vector<subscription_description>>(
      *core_, operation_kind::list_subscriptions, topic, fill_subscription(after, max),
      [](operation & op) -> auto& { return op.topic->reply.subscriptions; });
}

result<void> topic_client::publish(topic_name_or_handle topic,
                                   std::span<const publish_entry> entries,
                                   std::span<publish_result> results) {
  if (results.size() < entries.size()) return errc::invalid_option;
  return run(
      *core_, operation_kind::publish, topic, fill_publish(*core_, entries),
      [&](operation& op) { std::copy_n(op.topic->results.begin(), op.count, results.begin()); });
}

result<void> topic_client::submit_create_topic(std::string_view name,
                                               const topic_settings& settings, std::uint32_t given,
                                               std::uint64_t token) {
  return submit(*core_, operation_kind::create_topic, token, topic_name_or_handle(name),
                fill_settings(settings, given));
}

result<void> topic_client::submit_delete_topic(topic_name_or_handle topic, std::uint64_t token) {
  return submit(*core_, operation_kind::delete_topic, token, topic, no_fill);
}

result<void> topic_client::submit_describe_topic(topic_name_or_handle topic, std::uint64_t token) {
  return submit(*core_, operation_kind::get_topic, token, topic, no_fill);
}

result<void> topic_client::submit_set_topic(topic_name_or_handle topic,
                                            const topic_settings& settings, std::uint32_t given,
                                            std::uint64_t token,
                                            std::optional<std::uint64_t> only_if_revision) {
  return submit(*core_, operation_kind::set_topic, token, topic,
                fill_settings(settings, given, only_if_revision));
}

result<void> topic_client::submit_subscribe(topic_name_or_handle topic,
                                            const subscription_settings& settings,
                                            std::uint64_t token) {
  return submit(*core_, operation_kind::subscribe_to_topic, token, topic,
                fill_subscribed(settings));
}

result<void> topic_client::submit_unsubscribe(topic_name_or_handle topic, const subscription_id& id,
                                              std::uint64_t token) {
  return submit(*core_, operation_kind::unsubscribe, token, topic, fill_subscription(id));
}

result<void> topic_client::submit_describe_subscription(topic_name_or_handle topic,
                                                        const subscription_id& id,
                                                        std::uint64_t token) {
  return submit(*core_, operation_kind::get_subscription, token, topic, fill_subscription(id));
}

result<void> topic_client::submit_set_subscription(topic_name_or_handle topic,
                                                   const subscription_id& id,
                                                   const subscription_settings& settings,
                                                   std::uint32_t given, std::uint64_t token,
                                                   std::optional<std::uint64_t> only_if_revision) {
  return submit(*core_, operation_kind::set_subscription, token, topic,
                fill_subscribed(settings, {id, given, only_if_revision}));
}

result<void> topic_client::submit_list_subscriptions(topic_name_or_handle topic,
                                                     const subscription_id& after, std::size_t max,
                                                     std::uint64_t token) {
  return submit(*core_, operation_kind::list_subscriptions, token, topic,
                fill_subscription(after, max));
}

result<void> topic_client::submit_publish(topic_name_or_handle topic,
                                          std::span<const publish_entry> entries,
                                          std::uint64_t token) {
  return submit(*core_, operation_kind::publish, token, topic, fill_publish(*core_, entries));
}

result<void> topic_client::submit_list_topics(std::uint32_t lane, std::string_view after,
                                              std::size_t max, std::uint64_t token) {
  errc status = errc::ok;
  static_cast<void>(
      list_part(*core_, operation_kind::list_topics, lane, {after, {}, max}, token, status));
  return status;
}

result<void> topic_client::submit_list_all_subscriptions(std::uint32_t lane,
                                                         std::string_view after_topic,
                                                         const subscription_id& after,
                                                         std::size_t max, std::uint64_t token) {
  errc status = errc::ok;
  static_cast<void>(list_part(*core_, operation_kind::list_all_subscriptions, lane,
                              {after_topic, after, max}, token, status));
  return status;
}

}  // namespace v1
}  // namespace millrace
