// topic_client: what a client can do with topics. It is a view of a client: same thread, same
// window, same poll(); copies are free; it must not outlive the client. Synchronous calls return
// the answer, submit_...() ones complete in client::poll() (completion::topic, ::published).
#pragma once

#include <millrace/client.hpp>
#include <millrace/export.hpp>
#include <millrace/result.hpp>
#include <millrace/topic.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace {
inline namespace v1 {

class MR_EXPORT topic_client {
 public:
  explicit topic_client(client& of) noexcept;

  // Topics.

  /// The existing topic's handle if all that is given is equal, else errc::topic_exists.
  /// errc::invalid_topic_name, invalid_topic_setting, durability_missing.
  result<topic_handle> create_topic(std::string_view name, const topic_settings& = {},
                                    std::uint32_t given = 0);
  /// With all of its subscriptions. What was published before still arrives.
  result<void> delete_topic(topic_name_or_handle);
  result<topic_description> describe_topic(topic_name_or_handle);
  /// With a revision (topic_description's): errc::changed_meanwhile, and nothing is set, if the
  /// settings were changed since. errc::invalid_topic_setting.
  result<void> set_topic(topic_name_or_handle, const topic_settings&, std::uint32_t given,
                         std::optional<std::uint64_t> only_if_revision = {});
  /// Names after `after`, sorted, at most `max`.
  result<std::vector<std::string>> list_topics(std::string_view after = {}, std::size_t max = 1000);

  // Subscriptions.

  /// The one of the same protocol and endpoint if it has the same settings, else
  /// errc::subscription_exists. errc::invalid_subscription, invalid_filter_policy,
  /// too_many_filter_policies.
  result<subscription_id> subscribe(topic_name_or_handle, const subscription_settings&);
  /// errc::subscription_does_not_exist. What was published before still arrives.
  result<void> unsubscribe(topic_name_or_handle, const subscription_id&);
  result<subscription_description> describe_subscription(topic_name_or_handle,
                                                         const subscription_id&);
  /// As set_topic. For what is published from then on.
  result<void> set_subscription(topic_name_or_handle, const subscription_id&,
                                const subscription_settings&, std::uint32_t given,
                                std::optional<std::uint64_t> only_if_revision = {});
  /// By id, those after `after`, at most `max`.
  result<std::vector<subscription_description>> list_subscriptions(
      topic_name_or_handle, const subscription_id& after = {}, std::size_t max = 100);

  // Messages.

  /// 1..10 entries; results[i] belongs to entries[i]. Fails as a whole only if the call is wrong:
  /// errc::batch_too_long, topic_does_not_exist, changed_meanwhile (raw_only). The answer comes
  /// when each queue has taken what is for it, as durably as it takes a send, or has refused it: a
  /// receive that follows finds it. Who waits for memory or disk is not waited for.
  result<void> publish(topic_name_or_handle, std::span<const publish_entry> entries,
                       std::span<publish_result> results);

  // The same, asynchronous.

  result<void> submit_create_topic(std::string_view name, const topic_settings&,
                                   std::uint32_t given, std::uint64_t token);
  result<void> submit_delete_topic(topic_name_or_handle, std::uint64_t token);
  result<void> submit_describe_topic(topic_name_or_handle, std::uint64_t token);
  result<void> submit_set_topic(topic_name_or_handle, const topic_settings&, std::uint32_t given,
                                std::uint64_t token,
                                std::optional<std::uint64_t> only_if_revision = {});
  result<void> submit_subscribe(topic_name_or_handle, const subscription_settings&,
                                std::uint64_t token);
  result<void> submit_unsubscribe(topic_name_or_handle, const subscription_id&,
                                  std::uint64_t token);
  result<void> submit_describe_subscription(topic_name_or_handle, const subscription_id&,
                                            std::uint64_t token);
  result<void> submit_set_subscription(topic_name_or_handle, const subscription_id&,
                                       const subscription_settings&, std::uint32_t given,
                                       std::uint64_t token,
                                       std::optional<std::uint64_t> only_if_revision = {});
  result<void> submit_list_subscriptions(topic_name_or_handle, const subscription_id& after,
                                         std::size_t max, std::uint64_t token);
  result<void> submit_publish(topic_name_or_handle, std::span<const publish_entry> entries,
                              std::uint64_t token);
  /// One lane's part of a list of names (see engine::lanes()), sorted: merge the parts
  /// (completion::names).
  result<void> submit_list_topics(std::uint32_t lane, std::string_view after, std::size_t max,
                                  std::uint64_t token);
  /// One lane's part of all subscriptions, by topic, then id; those behind (`after_topic`,
  /// `after`), at most `max`. The topic need not exist.
  result<void> submit_list_all_subscriptions(std::uint32_t lane, std::string_view after_topic,
                                             const subscription_id& after, std::size_t max,
                                             std::uint64_t token);

 private:
  detail::client_core* core_;
};

}  // namespace v1
}  // namespace millrace
