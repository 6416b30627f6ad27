// Messages between slots: out at the source, in at the target, done (or returned) at the source.
// Each step is an entry of its slot; a step that arrives twice changes nothing.
#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "queue/service.hpp"

namespace millrace::queue {
namespace {

/// What both kinds of arrivals say.
template <class Payload>
void fill(Payload& p, const queue_state& q, const transfer& t, std::uint64_t sequence) {
  p.queue = q.uid;
  p.sequence = sequence;
  p.id = t.id;
  p.first_received_at_ms = t.first_received_at_ms;
  p.number = t.number;
  p.settled_below = t.settled_below;
  p.receive_count = t.receive_count;
  p.source_slot = t.source_slot;
}

}  // namespace

void service::emit(const message& m) {
  const std::uint8_t slot = m.owner->slot();
  const outgoing_transfer& how = state_.slot(slot).outgoing.at(m.sequence);
  auto t = std::make_unique<transfer>();
  t->source_slot = slot;
  t->target_slot = how.target_slot;
  t->number = how.number;
  t->settled_below = state_.slot(slot).sent.at(how.target_slot).settled_below();
  t->source_queue = m.owner->uid;
  t->source_sequence = m.sequence;
  t->target_name = how.target_name;
  t->renewed = how.renewed_as.has_value();
  t->id = how.renewed_as.value_or(m.id);
  t->body = m.body;
  t->sent_at_ms = m.sent_at_ms;
  if (!t->renewed) {
    t->source_name = m.owner->name;
    t->first_received_at_ms = m.first_received_at_ms();
    t->receive_count = m.receive_count;
  }
  t->level = m.level;
  t->fifo = m.owner->fifo;
  if (t->fifo) t->group = static_cast<const fifo_message&>(m).in->name;
  sync::retain(m.body.home);
  outbox_.push_back(std::move(t));
}

/// To each slot in the order in which they left: that of their groups.
void service::resume_transfers() {
  for (int slot = 0; slot < slot_count; ++slot) {
    const auto number = static_cast<std::uint8_t>(slot);
    std::map<std::pair<std::uint8_t, std::uint64_t>, const message*> left;
    for (const auto& [sequence, how] : state_.slot(number).outgoing) {
      if (how.renewed_as && MR_MUTANT(moved_lost_on_its_way)) continue;
      const message* m = state_.find(number, sequence);
      if (m != nullptr) left[{how.target_slot, how.number}] = m;
    }
    for (const auto& [order, m] : left) emit(*m);
  }
}

void service::arrive(transfer_ptr t) {
  if (t->kind == transfer_kind::in) {
    accept(*t);
    outbox_.push_back(std::move(t));
    return;
  }
  wake_move(*t);
  message* m = state_.find(t->source_slot, t->source_sequence);
  // Deleted or purged meanwhile, or under way again by another number: this one is settled.
  if (m == nullptr || m->state != message_state::outgoing) return;
  if (state_.slot(t->source_slot).outgoing.at(m->sequence).number != t->number) return;
  const std::size_t mark = log_.size();
  journal::entry& e = log_.add();
  auto& p = begin<message_payload>(
      e, t->kind == transfer_kind::done ? entry_kind::transfer_done : entry_kind::transfer_returned,
      t->source_slot, now_ms_);
  p.queue = t->source_queue;
  p.sequence = t->source_sequence;
  e.level = m->level;
  e.subject = m;
  queue_state& source = *m->owner;
  apply_since(mark);
  if (t->kind == transfer_kind::returned && t->renewed) move_returned(source, *t);
}

bool service::reserve_arrival(const queue_state& q) noexcept {
  constexpr auto use = sync::allocation_class::priority;
  return q.fifo ? state_.reserve_fifo_message(q.slot(), use)
                : state_.reserve_message(q.slot(), use);
}

/// Turns the transfer into its own answer.
void service::accept(transfer& t) {
  const auto& taken = state_.slot(t.target_slot).taken;
  const auto known = taken.find(t.source_slot);
  const bool twice =
      known != taken.end() && known->second.has(t.number) && !MR_MUTANT(transfer_taken_twice);
  queue_state* q = find(t.target_name, base::hash_bytes(t.target_name));
  const bool room = q != nullptr && q->fifo == t.fifo && reserve_arrival(*q);
  t.target_missing = q == nullptr || q->fifo != t.fifo;
  t.kind = twice || room ? transfer_kind::done : transfer_kind::returned;
  if (twice || !room) return;

  const std::size_t mark = log_.size();
  journal::entry& e = log_.add();
  const std::uint64_t sequence = state_.slot(t.target_slot).next_sequence;
  if (t.fifo) {
    auto& p =
        begin<fifo_transfer_in_payload>(e, entry_kind::fifo_transfer_in, t.target_slot, now_ms_);
    fill(p, *q, t, sequence);
    p.group = t.group;
  } else {
    auto& p = begin<transfer_in_payload>(e, entry_kind::transfer_in, t.target_slot, now_ms_);
    fill(p, *q, t, sequence);
    p.sent_at_ms = t.renewed ? now_ms_ : t.sent_at_ms;
  }
  e.body = std::exchange(t.body, {});
  e.object = q;
  e.level = std::max<durability>(t.level, q->attributes.level);
  e.extra = log_.keep([&] {
    const bytes_view name = as_bytes(t.source_name);
    return std::vector<std::byte>(name.begin(), name.end());
  }());
  apply_since(mark);
}

}  // namespace millrace::queue
