// The parts of evolve that only FIFO queues have: groups, the deduplication window, and messages
// that come, move and arrive with their place in a group (docs/design/fifo.md).
#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "queue/slot_codec.hpp"
#include "queue/state.hpp"

namespace millrace::queue {

/// An entry of a FIFO queue says so of a queue whose definition comes later in the log.
queue_state* state::fifo_object(const journal::entry& e, std::uint64_t uid) {
  queue_state* q = object(e, uid);
  if (q != nullptr) q->fifo = true;
  return q;
}

void state::fifo_send(const journal::entry& e) {
  const auto& p = e.as<fifo_sent_payload>();
  queue_state* q = fifo_object(e, p.queue);
  if (q == nullptr) return;
  message& m = add_message(*q, p.sequence, p.id, e.body, e.at_ms, e.level);
  join_group(m, p.group, p.sequence);
  duplicate d;
  d.key = p.deduplication;
  d.queue = q->uid;
  d.epoch = q->epoch;
  d.id = p.id;
  d.order = p.sequence;
  d.until_ms = e.at_ms + deduplication_ms;
  if (MR_MUTANT(window_one_ms_short)) --d.until_ms;
  if (MR_MUTANT(window_one_ms_long)) ++d.until_ms;
  d.log_epoch = log_epoch_;
  d.level = e.level;
  if (!(replaying_ && MR_MUTANT(window_not_replayed))) fifo_.remember(d);
  if (p.visible_at_ms > e.at_ms) return hide(m, message_state::delayed, p.visible_at_ms);
  show(m);
}

void state::fifo_transfer_in(const journal::entry& e) {
  const auto& p = e.as<fifo_transfer_in_payload>();
  queue_state* q = fifo_object(e, p.queue);
  if (q == nullptr) return;
  take_number(e.slot, p.source_slot, p.number, p.settled_below);
  message& m = add_message(*q, p.sequence, p.id, e.body, e.at_ms, e.level);
  m.receive_count = p.receive_count;
  m.first_received = m.after_sent(p.first_received_at_ms);
  m.dead_letter_source = intern(as_text(e.extra));
  join_group(m, p.group, p.sequence);
  show(m);
}

/// A changed DelaySeconds also counts for the messages of a FIFO queue that are delayed already;
/// all of them were sent within the longest delay.
void state::delay_anew(const journal::entry& e) {
  const auto& p = e.as<delay_payload>();
  queue_state* q = fifo_object(e, p.queue);
  if (q == nullptr) return;
  const base::time_ms oldest_ms = e.at_ms - (delay_seconds_max + 1) * 1000;
  message* first = nullptr;
  for (message* m = q->by_age.back(); m != nullptr && m->sent_at_ms >= oldest_ms;
       m = q->by_age.before(*m)) {
    first = m;
  }
  for (message* m = first; m != nullptr; m = q->by_age.after(*m)) {
    if (m->state != message_state::delayed) continue;
    const base::time_ms visible_at_ms = m->deadline_ms + p.longer_ms;
    leave(*m);
    visible_at_ms > e.at_ms ? hide(*m, message_state::delayed, visible_at_ms) : show(*m);
  }
}

/// To another queue of the slot, as a dead letter that has come there now.
void state::fifo_move(message& m, queue_state& target, const journal::entry& e,
                      const arrival& how) {
  const fifo_key name = static_cast<fifo_message&>(m).in->name;
  leave(m);
  leave_group(m);
  age_list::erase(m);
  m.dead_letter_source = intern(how.source);
  m.owner = &target;
  m.epoch = target.epoch;
  m.receives_here = 0;
  m.level = e.level;
  m.sent_at_ms = e.at_ms;
  m.first_received = m.received = m.first_received == 0 ? 0 : 1;
  insert_by_age(target, m);
  if (target.by_age.front() == &m) watch_age(target);
  join_group(m, name, how.order);
  show(m);
}

/// Live, nothing has changed but where in the log they stand.
void state::carry_duplicates(const journal::entry& e) {
  queue_state* q = fifo_object(e, e.as<queue_payload>().queue);
  if (q == nullptr) return;
  bytes_view left = e.extra;
  carried_duplicate known;
  while (take_duplicate(left, known)) {
    duplicate* has = fifo_.find(*q, known.key);
    if (e.object != nullptr) {
      if (has != nullptr) has->log_epoch = log_epoch_;
      continue;
    }
    duplicate d;
    d.key = known.key;
    d.queue = q->uid;
    d.epoch = q->epoch;
    d.id = known.id;
    d.order = known.order;
    d.until_ms = known.until_ms;
    d.log_epoch = log_epoch_;
    d.level = e.level;
    fifo_.remember(d);
  }
}

/// Orders and sequences come from one counter.
void state::take_order(std::uint8_t slot, std::uint64_t order) noexcept {
  slot_state& s = *slots_[slot];
  s.next_sequence = std::max(s.next_sequence, order + 1);
}

void state::join_group(message& m, const fifo_key& name, std::uint64_t order) {
  take_order(m.owner->slot(), order);
  fifo_.join(static_cast<fifo_message&>(m), name, order);
}

void state::leave_group(message& m) noexcept {
  group* g = fifo_.leave(static_cast<fifo_message&>(m));
  if (MR_MUTANT(lock_not_released)) return;
  if (g != nullptr && g->epoch == m.owner->epoch) group_changed(*m.owner, *g);
}

/// Invariant: listed exactly if ready.
void state::group_changed(queue_state& q, group& g) noexcept {
  const bool ready = g.ready();
  if (ready && !g.listed()) q.ready_groups.push_back(g);
  if (!ready && g.listed()) ready_group_list::erase(g);
  if (ready && !q.waiters.empty()) serve_later(q);
}

/// What stands behind others in a listed group does not change it; the first message is not looked
/// at then, as it has often left the caches.
void state::show_in_group(fifo_message& m) noexcept {
  queue_state& q = *m.owner;
  group& g = *m.in;
  if (!g.listed() || g.messages.front() == &m) return group_changed(q, g);
  if (!q.waiters.empty()) serve_later(q);
}

/// After a receive it is the other groups' turn, also when its messages stay visible.
void state::to_last_group(message& m) noexcept {
  group& g = *static_cast<fifo_message&>(m).in;
  if (g.listed()) ready_group_list::erase(g);
}

}  // namespace millrace::queue
