// Applying decisions about topics. It never refuses and never looks at limits, so old entries mean
// what they meant.
#include <algorithm>
#include <cstring>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "topic/state.hpp"

namespace millrace::topic {
namespace {

constexpr base::time_ms window_ms = deduplication_seconds * 1000;

entry_kind kind_of(const journal::entry& e) noexcept { return static_cast<entry_kind>(e.kind); }

route_ref route_of(const subscription& s) {
  auto* made = new route;
  made->id = s.id;
  made->raw = s.settings.raw;
  made->queue = queue_address(s.settings.endpoint);
  if (!s.settings.dead_letter_queue.empty()) {
    made->dead_letter = queue_address(s.settings.dead_letter_queue);
  }
  return route_ref(made);
}

}  // namespace

void state::evolve(const journal::entry& e) {
  latest_ = nullptr;
  switch (kind_of(e)) {
    case entry_kind::topic_created:
    case entry_kind::settings_set:
    case entry_kind::topic_carried: return define(e);
    case entry_kind::topic_deleted:
      if (topic_state* t = object(e, e.as<topic_payload>().topic)) drop_topic(*t);
      return;
    case entry_kind::subscribed:
    case entry_kind::subscription_set:
    case entry_kind::subscription_carried: return change_subscription(e);
    case entry_kind::unsubscribed: {
      const auto& p = e.as<subscription_payload>();
      if (topic_state* t = object(e, p.topic)) drop_subscription(*t, p.id);
      return;
    }
    case entry_kind::published: return publish(e);
    case entry_kind::delivery_returned: return return_delivery(e);
    case entry_kind::publication_done: return finish(e);
    case entry_kind::slot_carried: return carry_slot(e);
    case entry_kind::publication_carried: return carry_publication(e);
    case entry_kind::duplicates_carried: return carry_duplicates(e);
  }
  MR_ASSERT(!"an entry of an unknown kind");
}

/// In a replay a topic's definition may come later in the log.
topic_state* state::object(const journal::entry& e, std::uint64_t uid) {
  if (e.object != nullptr) return static_cast<topic_state*>(e.object);
  topic_state* known = find(uid);
  return known == nullptr && replaying_ ? &make_topic(uid) : known;
}

topic_state& state::make_topic(std::uint64_t uid) {
  auto made = std::make_unique<topic_state>();
  topic_state& t = *made;
  t.uid = uid;
  slot_numbers& s = slots_[t.slot()];
  s.next_topic = std::max(s.next_topic, (uid & ((std::uint64_t{1} << 56) - 1)) + 1);
  by_uid_.insert(t);
  topics_.emplace(uid, std::move(made));
  return t;
}

void state::name_topic(topic_state& t, std::string name) {
  t.name = std::move(name);
  t.name_hash = base::hash_bytes(t.name);
  by_hash_.insert(t);
  by_name_.emplace(t.name, &t);
}

void state::define(const journal::entry& e) {
  const std::uint64_t uid = e.as<topic_payload>().topic;
  topic_state* known = e.object != nullptr ? static_cast<topic_state*>(e.object) : find(uid);
  topic_state& t = known != nullptr ? *known : make_topic(uid);
  t.log_epoch = log_epoch_;
  if (kind_of(e) == entry_kind::topic_carried && !replaying_) return;  // nothing else has changed
  topic_definition d;
  const bool readable = decode(e.extra, d);
  MR_ASSERT(readable);
  if (t.name.empty()) name_topic(t, std::move(d.name));
  t.settings = std::move(d.settings);
  t.created_at_ms = d.created_at_ms;
  if (kind_of(e) == entry_kind::settings_set) ++t.revision;
}

/// What was published to it goes on.
void state::drop_topic(topic_state& t) {
  subscription_count_ -= t.subscriptions.size();
  by_uid_.erase(t);
  if (!t.name.empty()) {
    by_hash_.erase(t);
    by_name_.erase(t.name);
  }
  topics_.erase(topics_.find(t.uid));
}

void state::change_subscription(const journal::entry& e) {
  const auto& p = e.as<subscription_payload>();
  topic_state* t = object(e, p.topic);
  if (t == nullptr) return;
  subscription* known = t->find(p.id);
  if (known != nullptr) known->log_epoch = log_epoch_;
  if (kind_of(e) == entry_kind::subscription_carried && !replaying_) return;
  subscription_definition d;
  const bool readable = decode(e.extra, d);
  MR_ASSERT(readable);
  if (known == nullptr) {
    auto made = std::make_unique<subscription>();
    known = made.get();
    known->id = p.id;
    known->log_epoch = log_epoch_;
    const auto place = static_cast<std::ptrdiff_t>(t->place_after(p.id));
    t->subscriptions.insert(t->subscriptions.begin() + place, std::move(made));
    ++subscription_count_;
  } else {
    ++known->revision;
    unindex(*t, *known);
  }
  known->settings = std::move(d.settings);
  known->created_at_ms = d.created_at_ms;
  index(*t, *known);
}

void state::index(topic_state& t, subscription& s) {
  s.to = route_of(s);
  std::string problem;
  s.filter = s.settings.filter_policy.empty()
                 ? std::nullopt
                 : filter_policy::parse(s.settings.filter_policy, s.settings.scope, problem);
  t.by_endpoint.emplace(s.settings.endpoint, &s);
  if (!s.settings.filter_policy.empty()) ++t.filter_policies;
  if (!s.settings.raw) ++t.notified;
}

void state::unindex(topic_state& t, const subscription& s) {
  t.by_endpoint.erase(s.settings.endpoint);
  if (!s.settings.filter_policy.empty()) --t.filter_policies;
  if (!s.settings.raw) --t.notified;
}

void state::drop_subscription(topic_state& t, const subscription_id& id) {
  subscription* known = t.find(id);
  if (known == nullptr) return;
  ++t.subscriptions_deleted;
  unindex(t, *known);
  t.subscriptions.erase(t.subscriptions.begin() +
                        static_cast<std::ptrdiff_t>(t.place_after(id) - 1));
  --subscription_count_;
}

publication& state::make_publication(const journal::entry& e, const published_payload& p) {
  publication* made = nullptr;
  if (spare_.empty()) {
    made = new publication;
  } else {
    made = spare_.back().release();
    spare_.pop_back();
  }
  made->topic = p.topic;
  made->first = p.first;
  made->sequence = p.sequence;
  made->id = p.id;
  made->body = e.body;
  made->level = e.level;
  made->log_epoch = log_epoch_;
  made->open = 0;
  publications_.push_back(*made);
  ++publication_count_;
  body_bytes_ += e.body.length;
  if (replaying_) by_number_[{made->slot(), made->first}] = made;
  return *made;
}

void state::open(publication& p, std::uint64_t number, route_ref to, bool dead_letter) {
  delivery& d = p.deliveries.emplace_back();
  d.of = &p;
  d.to = std::move(to);
  d.number = number;
  d.dead_letter = dead_letter;
  ++p.open;
  ++delivery_count_;
  if (p.kept()) slots_[p.slot()].open[d.address().slot].insert(number);
}

void state::open_targets(publication& p, const journal::entry& e) {
  target_reader targets(e.extra);
  std::uint64_t number = 0;
  bool dead_letter = false;
  while (route* to = targets.next(number, dead_letter)) {
    open(p, number, route_ref(to), dead_letter);
  }
  MR_ASSERT(targets.at_end());
}

void state::publish(const journal::entry& e) {
  const auto& p = e.as<published_payload>();
  slot_numbers& s = slots_[e.slot];
  s.next_number = std::max(s.next_number, p.first + p.deliveries);
  s.next_sequence = std::max(s.next_sequence, p.sequence + 1);
  if (p.remembered != 0) {
    duplicate d;
    d.key = p.deduplication;
    d.topic = p.topic;
    d.id = p.id;
    d.sequence = p.sequence;
    d.until_ms = e.at_ms + window_ms - (MR_MUTANT(topic_window_one_ms_short) ? 1 : 0);
    d.log_epoch = log_epoch_;
    d.level = e.level;
    if (!(replaying_ && MR_MUTANT(topic_window_not_replayed))) window_.remember(d);
  }
  if (p.deliveries == 0) return;
  publication& made = make_publication(e, p);
  if (e.subject == nullptr) {
    open_targets(made, e);
  } else {
    const chosen& to = *static_cast<const chosen*>(e.subject);
    made.deliveries.reserve(to.size());
    for (std::uint64_t i = 0; i < to.size(); ++i) open(made, p.first + i, to[i]->to, false);
  }
  latest_ = &made;
}

/// From its queue to its dead-letter queue, with another number.
void state::return_delivery(const journal::entry& e) {
  const auto& p = e.as<returned_payload>();
  slot_numbers& s = slots_[e.slot];
  s.next_number = std::max(s.next_number, p.again + 1);
  auto* d = static_cast<delivery*>(e.subject);
  if (d == nullptr) {
    publication* of = find(p.topic, p.first);
    if (of == nullptr) return;
    for (delivery& one : of->deliveries) {
      if (one.number == p.number && !one.settled) d = &one;
    }
    if (d == nullptr) return;
  }
  if (d->of->kept()) {
    s.open[d->to->queue.slot].erase(d->number);
    s.open[d->to->dead_letter.slot].insert(p.again);
  }
  d->number = p.again;
  d->dead_letter = true;
}

void state::finish(const journal::entry& e) {
  const auto& p = e.as<publication_payload>();
  publication* done =
      e.subject != nullptr ? static_cast<publication*>(e.subject) : find(p.topic, p.first);
  if (done != nullptr) close(*done);
}

void state::carry_slot(const journal::entry& e) {
  const auto& p = e.as<slot_payload>();
  slot_numbers& s = slots_[e.slot];
  s.next_topic = std::max(s.next_topic, p.next_topic);
  s.next_number = std::max(s.next_number, p.next_number);
  s.next_sequence = std::max(s.next_sequence, p.next_sequence);
}

/// Live, nothing has changed but where in the log it stands.
void state::carry_publication(const journal::entry& e) {
  if (e.subject != nullptr) {
    static_cast<publication*>(e.subject)->log_epoch = log_epoch_;
    return;
  }
  const auto& p = e.as<published_payload>();
  publication* known = find(p.topic, p.first);
  if (known != nullptr && e.body) sync::release(e.body.home);  // it has the same one
  publication& made = known != nullptr ? *known : make_publication(e, p);
  for (delivery& d : made.deliveries) settle(d);
  made.deliveries.clear();
  made.log_epoch = log_epoch_;
  open_targets(made, e);
}

/// Live, nothing has changed but where in the log they stand.
void state::carry_duplicates(const journal::entry& e) {
  const std::uint64_t topic = e.as<topic_payload>().topic;
  bytes_view left = e.extra;
  carried_duplicate known;
  for (; left.size() >= sizeof known; left = left.subspan(sizeof known)) {
    std::memcpy(&known, left.data(), sizeof known);
    if (e.object != nullptr) {
      if (duplicate* has = window_.find(topic, known.key)) has->log_epoch = log_epoch_;
      continue;
    }
    const bool room = window_.reserve(sync::allocation_class::priority);
    MR_ASSERT(room);
    duplicate d;
    d.key = known.key;
    d.topic = topic;
    d.id = known.id;
    d.sequence = known.sequence;
    d.until_ms = known.until_ms;
    d.log_epoch = log_epoch_;
    d.level = e.level;
    window_.remember(d);
  }
}

}  // namespace millrace::topic
