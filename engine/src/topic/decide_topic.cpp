// Decisions about topics themselves and their subscriptions.
#include <algorithm>

#include "base/mutant.hpp"
#include "topic/decide.hpp"

namespace millrace::topic {
namespace {

bool is_name(std::string_view name, std::size_t length_max) noexcept {
  if (name.size() > length_max) return false;
  if (name.ends_with(fifo_suffix)) name.remove_suffix(fifo_suffix.size());
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), allowed);
}

using texts = std::vector<std::pair<std::string, std::string>>;

void merge_stored(texts& into, const texts& from, bool remove) {
  for (const auto& [key, value] : from) {
    const auto place = std::lower_bound(into.begin(), into.end(), key,
                                        [](const auto& a, const auto& k) { return a.first < k; });
    const bool known = place != into.end() && place->first == key;
    if (remove) {
      if (known) into.erase(place);
    } else if (known) {
      place->second = value;
    } else {
      into.insert(place, {key, value});
    }
  }
}

errc check(const topic_settings& s) {
  const bool size =
      s.maximum_message_size >= message_bytes_min && s.maximum_message_size <= message_bytes_max;
  const bool fifo_only =
      s.content_based_deduplication || s.scope != topic_deduplication_scope::topic;
  return size && (s.fifo || !fifo_only) ? errc::ok : errc::invalid_topic_setting;
}

void log_topic(const context& c, const topic_state& t, entry_kind kind) {
  journal::entry& e = c.log.add();
  begin<topic_payload>(e, kind, t.slot(), c.now_ms).topic = t.uid;
  e.object = const_cast<topic_state*>(&t);
}

errc check(const topic_state& t, const subscription_settings& s) {
  if (!valid_endpoint(s.endpoint)) return errc::invalid_subscription;
  const bool to_fifo = s.endpoint.ends_with(fifo_suffix);
  if (to_fifo && !t.settings.fifo) return errc::invalid_subscription;
  if (!s.dead_letter_queue.empty() && (!valid_endpoint(s.dead_letter_queue) ||
                                       s.dead_letter_queue.ends_with(fifo_suffix) != to_fifo)) {
    return errc::invalid_subscription;
  }
  const bool valid =
      s.filter_policy.empty() || filter_policy_problem(s.filter_policy, s.scope).empty();
  return valid ? errc::ok : errc::invalid_filter_policy;
}

void log_subscription(const context& c, const topic_state& t, const subscription_id& id,
                      const subscription_definition* d, entry_kind kind) {
  journal::entry& e = c.log.add();
  begin<subscription_payload>(e, kind, t.slot(), c.now_ms) = {t.uid, id};
  e.object = const_cast<topic_state*>(&t);
  if (d != nullptr) e.extra = c.log.keep(encode(*d));
  if (MR_MUTANT(subscription_not_journaled)) e.level = durability::memory;
}

}  // namespace

bool valid_topic_name(std::string_view name) noexcept {
  return is_name(name, topic_name_length_max);
}
bool valid_endpoint(std::string_view name) noexcept { return is_name(name, 80); }

void merge(topic_settings& into, const topic_settings& wanted, std::uint32_t given) {
  if (given & given_topic_fifo) into.fifo = wanted.fifo;
  if (given & given_topic_content_based_deduplication) {
    into.content_based_deduplication = wanted.content_based_deduplication;
  }
  if (given & given_topic_scope) into.scope = wanted.scope;
  if (given & given_topic_maximum_message_size) {
    into.maximum_message_size = wanted.maximum_message_size;
  }
  if (given & given_topic_level) into.level = wanted.level;
  if (given & (given_topic_stored | given_topic_stored_removed)) {
    merge_stored(into.stored, wanted.stored, (given & given_topic_stored_removed) != 0);
  }
}

void merge(subscription_settings& into, const subscription_settings& wanted, std::uint32_t given) {
  if (given & given_raw) into.raw = wanted.raw;
  if (given & given_filter_scope) into.scope = wanted.scope;
  if (given & given_filter_policy) into.filter_policy = wanted.filter_policy;
  if (given & given_dead_letter_queue) into.dead_letter_queue = wanted.dead_letter_queue;
  if (given & (given_subscription_stored | given_subscription_stored_removed)) {
    merge_stored(into.stored, wanted.stored, (given & given_subscription_stored_removed) != 0);
  }
}

errc decide_create(const context& c, std::string_view name, const topic_settings& wanted) {
  if (!valid_topic_name(name)) return errc::invalid_topic_name;
  if (name.ends_with(fifo_suffix) != wanted.fifo) return errc::invalid_topic_name;
  if (const errc e = check(wanted); e != errc::ok) return e;
  if (wanted.level > c.limits.level_max) return errc::durability_missing;
  const std::uint8_t slot = base::slot_of(name);
  journal::entry& e = c.log.add();
  begin<topic_payload>(e, entry_kind::topic_created, slot, c.now_ms).topic =
      std::uint64_t{slot} << 56 | c.now_state.slot(slot).next_topic;
  e.extra = c.log.keep(encode(topic_definition{std::string(name), wanted, c.now_ms}));
  return errc::ok;
}

errc decide_delete(const context& c, const topic_state& t) {
  log_topic(c, t, entry_kind::topic_deleted);
  return errc::ok;
}

errc decide_settings(const context& c, const topic_state& t, const topic_settings& changes,
                     std::uint32_t given) {
  topic_definition d{t.name, t.settings, t.created_at_ms};
  merge(d.settings, changes, given);
  if (d.settings.fifo != t.settings.fifo || d.settings.level != t.settings.level) {
    return errc::invalid_topic_setting;
  }
  if (const errc e = check(d.settings); e != errc::ok) return e;
  log_topic(c, t, entry_kind::settings_set);
  const_cast<journal::entry&>(c.log.all().back()).extra = c.log.keep(encode(d));
  return errc::ok;
}

errc decide_subscribe(const context& c, const topic_state& t, const subscription_settings& wanted,
                      const subscription_id& id) {
  if (const errc e = check(t, wanted); e != errc::ok) return e;
  if (c.limits.rates_limited) {
    if (t.settings.fifo && t.subscriptions.size() >= fifo_topic_subscriptions_max) {
      return errc::too_many_subscriptions;
    }
    if (!wanted.filter_policy.empty() && t.filter_policies >= filter_policies_max) {
      return errc::too_many_filter_policies;
    }
  }
  subscription_definition d{wanted, c.now_ms};
  std::sort(d.settings.stored.begin(), d.settings.stored.end());
  log_subscription(c, t, id, &d, entry_kind::subscribed);
  return errc::ok;
}

errc decide_subscription(const context& c, const topic_state& t, const subscription& s,
                         const subscription_settings& changes, std::uint32_t given) {
  subscription_definition d{s.settings, s.created_at_ms};
  merge(d.settings, changes, given);
  if (const errc e = check(t, d.settings); e != errc::ok) return e;
  const bool another = s.settings.filter_policy.empty() && !d.settings.filter_policy.empty();
  if (another && c.limits.rates_limited && t.filter_policies >= filter_policies_max) {
    return errc::too_many_filter_policies;
  }
  log_subscription(c, t, s.id, &d, entry_kind::subscription_set);
  return errc::ok;
}

errc decide_unsubscribe(const context& c, const topic_state& t, const subscription& s) {
  log_subscription(c, t, s.id, nullptr, entry_kind::unsubscribed);
  return errc::ok;
}

}  // namespace millrace::topic
