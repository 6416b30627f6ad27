// The verbs about topics and their subscriptions.
#include "topic/service.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace millrace::topic {
namespace {

void fill(const topic_state& t, const subscription& s, subscription_description& out) {
  out.id = s.id;
  out.topic = t.name;
  out.settings = s.settings;
  out.created_at_ms = s.created_at_ms;
  out.revision = s.revision;
}

}  // namespace

service::service(sync::arena& memory, const settings& limits, entry_log& log, base::random& ids,
                 publish_sink& sink, base::time_ms now_ms)
    : limits_(limits),
      log_(log),
      ids_(ids),
      sink_(sink),
      now_(now_ms * base::ns_per_ms),
      now_ms_(now_ms),
      state_(memory) {}

errc service::applied(errc decided, std::size_t mark) {
  for (std::size_t i = mark; i < log_.size(); ++i) state_.evolve(log_.all()[i]);
  return decided;
}

errc service::create(std::string_view name, const topic_settings& wanted, std::uint32_t given,
                     topic_handle& out) {
  if (const topic_state* known = find(name, base::hash_bytes(name))) {
    topic_settings merged = known->settings;
    merge(merged, wanted, given);
    if (!(merged == known->settings)) return errc::topic_exists;
    out.id = known->uid;
    return errc::ok;
  }
  topic_settings made;
  made.level = limits_.level_default;
  merge(made, wanted, given);
  const std::size_t mark = log_.size();
  const errc e = decide_create(here(), name, made);
  if (e == errc::ok) out.id = log_.all()[mark].as<topic_payload>().topic;
  return applied(e, mark);
}

errc service::remove(topic_state& t) {
  const std::size_t mark = log_.size();
  return applied(decide_delete(here(), t), mark);
}

errc service::set(topic_state& t, const topic_settings& changes, std::uint32_t given) {
  const std::size_t mark = log_.size();
  return applied(decide_settings(here(), t, changes, given), mark);
}

void service::describe(const topic_state& t, topic_description& out) {
  out.handle = {t.uid};
  out.name = t.name;
  out.settings = t.settings;
  out.created_at_ms = t.created_at_ms;
  out.revision = t.revision;
  out.subscriptions = t.subscriptions.size();
  out.notified = t.notified;
  out.subscriptions_deleted = t.subscriptions_deleted;
  out.published = t.published;
  out.delivered = t.delivered;
  out.failed = t.failed;
}

void service::list(std::string_view after, std::size_t max, std::vector<std::string>& out) const {
  const auto& names = state_.by_name();
  for (auto it = names.upper_bound(after); it != names.end() && out.size() < max; ++it) {
    out.emplace_back(it->first);
  }
}

errc service::subscribe(topic_state& t, const subscription_settings& wanted, subscription_id& out) {
  const auto known = t.by_endpoint.find(wanted.endpoint);
  if (known != t.by_endpoint.end()) {
    subscription_settings same = wanted;
    std::sort(same.stored.begin(), same.stored.end());
    if (!(same == known->second->settings)) return errc::subscription_exists;
    out = known->second->id;
    return errc::ok;
  }
  out.bytes = base::random_id(ids_).bytes;
  const std::size_t mark = log_.size();
  return applied(decide_subscribe(here(), t, wanted, out), mark);
}

errc service::unsubscribe(topic_state& t, const subscription_id& id) {
  const subscription* known = t.find(id);
  if (known == nullptr) return errc::subscription_does_not_exist;
  const std::size_t mark = log_.size();
  return applied(decide_unsubscribe(here(), t, *known), mark);
}

errc service::set_subscription(topic_state& t, const subscription_id& id,
                               const subscription_settings& changes, std::uint32_t given,
                               const std::uint64_t* revision) {
  const subscription* known = t.find(id);
  if (known == nullptr) return errc::subscription_does_not_exist;
  if (revision != nullptr && *revision != known->revision) return errc::changed_meanwhile;
  const std::size_t mark = log_.size();
  return applied(decide_subscription(here(), t, *known, changes, given), mark);
}

errc service::describe(const topic_state& t, const subscription_id& id,
                       subscription_description& out) {
  const subscription* known = t.find(id);
  if (known == nullptr) return errc::subscription_does_not_exist;
  fill(t, *known, out);
  return errc::ok;
}

void service::list(const topic_state& t, const subscription_id& after, std::size_t max,
                   std::vector<subscription_description>& out) {
  for (std::size_t i = t.place_after(after); i < t.subscriptions.size() && out.size() < max; ++i) {
    fill(t, *t.subscriptions[i], out.emplace_back());
  }
}

void service::list_all(std::string_view after_topic, const subscription_id& after, std::size_t max,
                       std::vector<subscription_description>& out) const {
  const auto& names = state_.by_name();
  for (auto it = names.lower_bound(after_topic); it != names.end() && out.size() < max; ++it) {
    list(*it->second, it->first == after_topic ? after : subscription_id{}, max, out);
  }
}

bool service::replay(const journal::entry& e) {
  if (!state_.reserve_for(e)) return false;
  state_.evolve(e);
  return true;
}

}  // namespace millrace::topic
