// The parts of topics' state that are not decisions: look-ups, the ends of publications, recovery.
#include "topic/state.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/mutant.hpp"

namespace millrace::topic {
namespace {

constexpr std::size_t spare_max = 1'024;
constexpr std::size_t spare_deliveries_max = 64;

std::size_t payload_bytes_of(entry_kind kind) noexcept {
  switch (kind) {
    case entry_kind::topic_created:
    case entry_kind::topic_deleted:
    case entry_kind::settings_set:
    case entry_kind::topic_carried:
    case entry_kind::duplicates_carried: return sizeof(topic_payload);
    case entry_kind::subscribed:
    case entry_kind::subscription_set:
    case entry_kind::unsubscribed:
    case entry_kind::subscription_carried: return sizeof(subscription_payload);
    case entry_kind::published:
    case entry_kind::publication_carried: return sizeof(published_payload);
    case entry_kind::delivery_returned: return sizeof(returned_payload);
    case entry_kind::publication_done: return sizeof(publication_payload);
    case entry_kind::slot_carried: return sizeof(slot_payload);
  }
  return SIZE_MAX;
}

bool brings_publication(const journal::entry& e) noexcept {
  const auto kind = static_cast<entry_kind>(e.kind);
  return kind == entry_kind::published || kind == entry_kind::publication_carried;
}

}  // namespace

bool understood(const journal::entry& e) noexcept {
  return e.version == 1 && e.used == payload_bytes_of(static_cast<entry_kind>(e.kind));
}

std::size_t topic_state::place_after(const subscription_id& id) const noexcept {
  const auto place = std::upper_bound(
      subscriptions.begin(), subscriptions.end(), id,
      [](const subscription_id& wanted, const auto& one) { return wanted < one->id; });
  return static_cast<std::size_t>(place - subscriptions.begin());
}

subscription* topic_state::find(const subscription_id& id) const noexcept {
  const std::size_t place = place_after(id);
  if (place == 0 || subscriptions[place - 1]->id != id) return nullptr;
  return subscriptions[place - 1].get();
}

state::state(sync::arena& memory) : window_(memory) {}

state::~state() {
  for (publication_list* list : {&publications_, &done_}) {
    while (publication* p = list->pop_front()) {
      if (p->body) sync::release(p->body.home);
      delete p;
    }
  }
}

topic_state* state::find(std::string_view name, std::uint64_t hash) const noexcept {
  return by_hash_.find(hash, [&](const topic_state& t) { return t.name == name; });
}

publication* state::find(std::uint64_t topic, std::uint64_t first) const noexcept {
  const auto known = by_number_.find({topic >> 56, first});
  return known == by_number_.end() ? nullptr : known->second;
}

void state::settle(delivery& d) noexcept {
  if (d.settled) return;
  d.settled = true;
  publication& p = *d.of;
  --p.open;
  --delivery_count_;
  if (p.kept()) slots_[p.slot()].open[d.address().slot].erase(d.number);
}

/// Out of the list of open ones; its body stays until free_done().
void state::close(publication& p) noexcept {
  for (delivery& d : p.deliveries) settle(d);
  if (at_ == &p) at_ = publications_.after(p);
  publication_list::erase(p);
  --publication_count_;
  body_bytes_ -= p.body.length;
  p.owner = nullptr;
  if (replaying_) {
    by_number_.erase({p.slot(), p.first});
    return recycle(p);
  }
  done_.push_back(p);
}

void state::recycle(publication& p) noexcept {
  if (p.body) sync::release(p.body.home);
  p.body = {};
  const bool usual = p.deliveries.capacity() <= spare_deliveries_max;
  p.deliveries.clear();
  std::unique_ptr<publication> mine(&p);
  if (usual && spare_.size() < spare_max) spare_.push_back(std::move(mine));
}

void state::free_done() noexcept {
  while (publication* p = done_.pop_front()) recycle(*p);
}

bool state::reserve_for(const journal::entry& e) noexcept {
  const auto kind = static_cast<entry_kind>(e.kind);
  const bool one = kind == entry_kind::published && e.as<published_payload>().remembered != 0;
  return !one || window_.reserve(sync::allocation_class::priority);
}

publication* state::wants_body(const journal::entry& e) const noexcept {
  if (!brings_publication(e)) return nullptr;
  const auto& what = e.as<published_payload>();
  publication* p = find(what.topic, what.first);
  return p == nullptr || p->body ? nullptr : p;
}

void state::attach_body(publication& p, const sync::body_ref& body) noexcept {
  p.body = body;
  body_bytes_ += body.length;
}

void state::drop_bodies() noexcept {
  for (publication* p = publications_.front(); p != nullptr; p = publications_.after(*p)) {
    if (!p->body) continue;
    body_bytes_ -= p->body.length;
    sync::release(p->body.home);
    p->body = {};
  }
}

void state::end_replay(std::uint64_t sequence_gap) {
  replaying_ = false;
  by_number_.clear();
  window_.sort();
  for (slot_numbers& s : slots_) {
    if (s.next_topic != 1) s.next_sequence += sequence_gap;
  }
  for (auto& [uid, t] : topics_) {
    if (!t->name.empty()) continue;  // else no entry defined it: that was damaged
    const std::string base = "recovered-" + std::to_string(uid & ((1ULL << 56) - 1)) + "-";
    const std::string end(t->settings.fifo ? ".fifo" : "");
    std::string name;
    for (int i = 0; name.empty() || base::slot_of(name) != t->slot() || by_name_.contains(name);
         ++i) {
      name.assign(base).append(std::to_string(i)).append(end);
    }
    name_topic(*t, std::move(name));
  }
}

}  // namespace millrace::topic
