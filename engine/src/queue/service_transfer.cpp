// Messages between slots: out at the source, in at the target, done (or returned) at the source.
// Each step is an entry of its slot; a step that arrives twice changes nothing.
#include "base/assert.hpp"
#include "queue/service.hpp"

namespace millrace::queue {

void service::emit(const journal::entry& out) {
  const auto& p = out.as<transfer_out_payload>();
  const auto& m = *static_cast<const message*>(out.subject);
  auto t = std::make_unique<transfer>();
  t->source_slot = out.slot;
  t->target_slot = static_cast<std::uint8_t>(p.target_slot);
  t->number = p.number;
  t->source_queue = p.queue;
  t->source_sequence = p.sequence;
  t->source_name = m.owner->name;
  t->target_name = as_text(out.extra);
  t->id = m.id;
  t->body = m.body;
  t->sent_at_ms = m.sent_at_ms;
  t->first_received_at_ms = m.first_received_at_ms;
  t->receive_count = m.receive_count;
  sync::retain(m.body.home);
  outbox_.push_back(std::move(t));
}

void service::arrive(transfer_ptr t) {
  if (t->kind == transfer_kind::in) {
    accept(*t);
    outbox_.push_back(std::move(t));
    return;
  }
  message* m = state_.find(t->source_slot, t->source_sequence);
  // Deleted or purged meanwhile: nothing is left to be settled.
  if (m == nullptr || m->state != message_state::outgoing) return;
  const std::size_t mark = log_.size();
  journal::entry& e = log_.add();
  auto& p = begin<message_payload>(
      e, t->kind == transfer_kind::done ? entry_kind::transfer_done : entry_kind::transfer_returned,
      t->source_slot, now_ms_);
  p.queue = t->source_queue;
  p.sequence = t->source_sequence;
  e.subject = m;
  apply_since(mark);
}

/// Turns the transfer into its own answer.
void service::accept(transfer& t) {
  const auto& seen = state_.slot(t.target_slot).last_in;
  const auto last = seen.find(t.source_slot);
  const bool twice = last != seen.end() && t.number <= last->second;
  queue_state* q = find(t.target_name, base::hash_bytes(t.target_name));
  const bool room =
      q != nullptr && state_.reserve_message(t.target_slot, sync::allocation_class::priority);
  t.kind = twice || room ? transfer_kind::done : transfer_kind::returned;
  if (twice || !room) return;

  const std::size_t mark = log_.size();
  journal::entry& e = log_.add();
  auto& p = begin<transfer_in_payload>(e, entry_kind::transfer_in, t.target_slot, now_ms_);
  p.queue = q->uid;
  p.sequence = state_.slot(t.target_slot).next_sequence;
  p.id = t.id;
  p.sent_at_ms = t.sent_at_ms;
  p.first_received_at_ms = t.first_received_at_ms;
  p.number = t.number;
  p.receive_count = t.receive_count;
  p.source_slot = t.source_slot;
  e.body = std::exchange(t.body, {});
  e.object = q;
  e.extra = log_.keep([&] {
    const bytes_view name = as_bytes(t.source_name);
    return std::vector<std::byte>(name.begin(), name.end());
  }());
  apply_since(mark);
}

}  // namespace millrace::queue
