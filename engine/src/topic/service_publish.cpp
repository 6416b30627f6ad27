// Publishing, and what becomes of the deliveries.
#include <algorithm>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "topic/service.hpp"

namespace millrace::topic {

bool service::within_rate(topic_state& t, const publish_args& args) {
  if (!limits_.rates_limited || !t.settings.fifo) return true;
  if (t.rates == nullptr) t.rates = std::make_unique<publish_rates>();
  return t.rates->pass(now_, args.group, t.settings.scope == topic_deduplication_scope::topic);
}

void service::choose(const topic_state& t, const publish_args& args) {
  chosen_.clear();
  if (t.filter_policies != 0) {
    const bytes_view body = args.body.bytes();
    const auto& head = *reinterpret_cast<const published_head*>(body.data());
    subject_.reset(body.subspan(head.attributes_at, head.attributes_bytes),
                   body.subspan(head.message_at, head.message_bytes));
  }
  for (const auto& s : t.subscriptions) {
    if (s->takes(subject_)) chosen_.push_back(s.get());
  }
}

errc service::publish(topic_state& t, const publish_args& args, publish_result& out, void* owner) {
  MR_ASSERT(!publishing());
  fifo_key key;
  const duplicate* known = nullptr;
  if (const errc e = check_publish(here(), t, args, key, known); e != errc::ok) return e;
  if (!within_rate(t, args)) return errc::request_throttled;
  if (known != nullptr) {
    out.id = known->id;
    out.sequence = known->sequence;
    sync::release(args.body.home);
    return errc::ok;
  }
  const bool fifo = t.settings.fifo;
  if (fifo && !state_.seen().reserve(sync::allocation_class::normal)) return errc::memory_full;
  choose(t, args);
  ++t.published;
  publish_.topic = &t;
  publish_.body = args.body;
  publish_.id = args.has_id ? args.id : base::random_id(ids_);
  publish_.sequence = fifo ? state_.slot(t.slot()).next_sequence : 0;
  publish_.key = key;
  publish_.next = 0;
  publish_.owner = owner;
  out.id = publish_.id;
  out.sequence = publish_.sequence;
  return errc::ok;
}

bool service::publish_piece(std::size_t& count) {
  count = 0;
  if (!publishing()) return false;
  in_pieces& now = publish_;
  topic_state& t = *now.topic;
  const bool first = now.next == 0;
  piece_ = chosen(chosen_).subspan(now.next);
  piece_ = piece_.first(std::min(piece_.size(), deliveries_max));
  now.next += piece_.size();
  const bool more = now.next != chosen_.size();
  if (piece_.empty()) sync::release(now.body.home);
  if (!piece_.empty() || t.settings.fifo) {
    if (more) sync::retain(now.body.home);
    const std::size_t mark = log_.size();
    topic::publish_piece piece{now.id, now.sequence, nullptr};
    if (first && t.settings.fifo) piece.remembered = &now.key;
    decide_published(here(), t, now.body, piece, piece_);
    applied(errc::ok, mark);
  }
  if (publication* made = piece_.empty() ? nullptr : state_.latest()) {
    made->owner = now.owner;
    for (delivery& d : made->deliveries) {
      d.awaited = true;
      outbox_.push_back(&d);
    }
    count = made->deliveries.size();
  }
  if (!more) now.topic = nullptr;
  return more;
}

void service::stop_waiting(delivery& d) noexcept {
  if (!std::exchange(d.awaited, false)) return;
  if (d.of->owner != nullptr) sink_.answered(d.of->owner);
}

void service::answered(delivery& d, outcome how) {
  if (how == outcome::deferred) return stop_waiting(d);
  publication& p = *d.of;
  const bool failed = how != outcome::taken;
  topic_state* t = state_.find(p.topic);
  if (failed && !d.dead_letter && !d.to->dead_letter.name.empty()) {
    const std::size_t mark = log_.size();
    decide_returned(here(), d);
    applied(errc::ok, mark);
    outbox_.push_back(&d);
    return;
  }
  if (t != nullptr) ++(failed ? t->failed : t->delivered);
  state_.settle(d);
  stop_waiting(d);
  if (p.open != 0) return;
  const std::size_t mark = log_.size();
  decide_done(here(), p);
  applied(errc::ok, mark);
}

void service::forget(const void* owner) noexcept {
  const publication_list& all = state_.publications();
  for (publication* p = all.front(); p != nullptr; p = all.after(*p)) {
    if (owner == nullptr || p->owner == owner) p->owner = nullptr;
  }
}

void service::end_replay() {
  state_.end_replay(std::uint64_t{limits_.incarnation} << 8);
  if (MR_MUTANT(publications_not_resumed)) return;
  for (publication* p = state_.publications().front(); p != nullptr;
       p = state_.publications().after(*p)) {
    for (delivery& d : p->deliveries) outbox_.push_back(&d);
  }
  std::sort(outbox_.begin(), outbox_.end(), [](const delivery* a, const delivery* b) {
    return a->of->slot() != b->of->slot() ? a->of->slot() < b->of->slot() : a->number < b->number;
  });
}

}  // namespace millrace::topic
