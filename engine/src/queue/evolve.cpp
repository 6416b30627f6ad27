// evolve: how each journaled decision changes the state. Called right after decide, and alone in a
// replay; it never refuses and never looks at settings, so old entries mean what they meant.
#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "queue/state.hpp"

namespace millrace::queue {

namespace {

entry_kind kind_of(const journal::entry& e) noexcept { return static_cast<entry_kind>(e.kind); }

}  // namespace

message* state::subject(const journal::entry& e, std::uint64_t sequence) const noexcept {
  if (e.subject != nullptr) return static_cast<message*>(e.subject);
  return find(e.slot, sequence);
}

queue_state* state::object(const journal::entry& e, std::uint64_t uid) {
  if (e.object != nullptr) return static_cast<queue_state*>(e.object);
  queue_state* q = find(uid);
  return q == nullptr && replaying_ ? &make_queue(uid) : q;
}

void state::evolve(const journal::entry& e) {
  switch (kind_of(e)) {
    case entry_kind::queue_created: return create(e);
    case entry_kind::queue_deleted:
      if (queue_state* q = object(e, e.as<queue_payload>().queue)) drop_queue(*q);
      return;
    case entry_kind::attributes_set: return set_attributes(e);
    case entry_kind::queue_purged:
      if (queue_state* q = object(e, e.as<queue_payload>().queue)) {
        doom_messages(*q);
        q->purged_at_ms = e.at_ms;
      }
      return;
    case entry_kind::sent:
    case entry_kind::grouped_sent: {
      const auto& p = e.as<sent_payload>();
      queue_state* q = object(e, p.queue);
      if (q == nullptr) return;
      message& m = add_message(*q, p.sequence, p.id, e.body, e.at_ms, e.level);
      if (kind_of(e) == entry_kind::grouped_sent) join_tenant(m);
      if (replaying_ && MR_MUTANT(delay_not_replayed)) return show(m);
      if (p.visible_at_ms > e.at_ms) return hide(m, message_state::delayed, p.visible_at_ms);
      return show(m);
    }
    case entry_kind::received: {
      const auto& p = e.as<received_payload>();
      if (message* m = subject(e, p.sequence)) receive(*m, p, e.at_ms);
      return;
    }
    case entry_kind::visibility_changed: {
      const auto& p = e.as<visibility_payload>();
      message* m = subject(e, p.sequence);
      if (m == nullptr) return;
      leave(*m);
      if (p.visible_at_ms <= e.at_ms) return show(*m);
      return hide(*m, message_state::in_flight, p.visible_at_ms);
    }
    case entry_kind::deleted:
    case entry_kind::expired:
    case entry_kind::transfer_done:
      if (replaying_ && MR_MUTANT(delete_not_replayed)) return;
      if (message* m = subject(e, e.as<message_payload>().sequence)) remove(*m);
      return;
    case entry_kind::moved: {
      const auto& p = e.as<moved_payload>();
      message* m = subject(e, p.sequence);
      queue_state* target = object(e, p.target_queue);
      if (m != nullptr && target != nullptr) move(*m, *target, e.level, as_text(e.extra));
      return;
    }
    case entry_kind::transfer_out: {
      const auto& p = e.as<transfer_out_payload>();
      return go_out(
          e, p.sequence,
          {static_cast<std::uint8_t>(p.target_slot), p.number, std::string(as_text(e.extra)), {}});
    }
    case entry_kind::transfer_in:
      if (queue_state* q = object(e, e.as<transfer_in_payload>().queue)) transfer_in(*q, e);
      return;
    case entry_kind::transfer_returned: {
      message* m = subject(e, e.as<message_payload>().sequence);
      if (m != nullptr && m->state == message_state::outgoing) give_back(*m, e.at_ms);
      return;
    }
    case entry_kind::slot_carried: return carry_slot(e);
    case entry_kind::queue_carried: return carry_queue(e);
    case entry_kind::message_carried:
    case entry_kind::fifo_carried: return carry_message(e);
    case entry_kind::fifo_sent: return fifo_send(e);
    case entry_kind::fifo_moved: {
      const auto& p = e.as<fifo_moved_payload>();
      message* m = subject(e, p.sequence);
      queue_state* target = fifo_object(e, p.target_queue);
      take_order(e.slot, p.order);  // also when the message is carried behind this
      if (m != nullptr && target != nullptr) {
        fifo_move(*m, *target, e, {as_text(e.extra), p.order});
      }
      return;
    }
    case entry_kind::fifo_transfer_in: return fifo_transfer_in(e);
    case entry_kind::duplicates_carried: return carry_duplicates(e);
    case entry_kind::move_started: return move_started(e);
    case entry_kind::move_ended: return move_ended(e);
    case entry_kind::move_carried: return carry_move(e);
    case entry_kind::redriven: return redrive(e);
    case entry_kind::redrive_out: return redrive_out(e);
    case entry_kind::delay_changed: return delay_anew(e);
    case entry_kind::delivered: return deliver(e);
    case entry_kind::fifo_delivered: return fifo_deliver(e);
    case entry_kind::delivery_known: return take_delivery(e);
  }
  MR_ASSERT(!"an entry of an unknown kind");
}

message& state::add_message(queue_state& q, std::uint64_t sequence, const message_id& id,
                            const sync::body_ref& body, base::time_ms sent_at_ms,
                            durability level) {
  slot_state& s = *slots_[q.slot()];
  // Live, decide has reserved it already.
  constexpr auto use = sync::allocation_class::priority;
  const bool room = q.fifo ? s.messages.reserve(sequence, use) && fifo_.reserve(use)
                           : reserve(q.slot(), sequence, use);
  MR_ASSERT(room);
  message& m = q.fifo ? fifo_.make_message() : *std::exchange(spare_, nullptr);
  s.next_sequence = std::max(s.next_sequence, sequence + 1);
  m.sequence = sequence;
  m.id = id;
  m.body = body;
  m.owner = &q;
  m.epoch = q.epoch;
  m.sent_at_ms = sent_at_ms;
  m.level = level;
  m.log_epoch = log_epoch_;
  s.messages.insert(m);
  ++message_count_;
  body_bytes_ += body.length;
  insert_by_age(q, m);
  if (q.by_age.front() == &m) watch_age(q);
  return m;
}

void state::show(message& m) noexcept {
  queue_state& q = *m.owner;
  m.state = message_state::ready;
  ++q.ready_count;
  if (q.fifo) return show_in_group(static_cast<fifo_message&>(m));
  if (q.fair == nullptr) {
    q.ready.push_back(m);
  } else {
    show_fairly(m);
  }
  if (!q.waiters.empty()) serve_later(q);
}

void state::hide(message& m, message_state why, base::time_ms until_ms) noexcept {
  m.state = why;
  ++(why == message_state::delayed ? m.owner->delayed_count : m.owner->in_flight_count);
  timers_.insert(m, until_ms);
  if (m.owner->fair != nullptr && why == message_state::in_flight) count_in_flight(m, true);
  if (m.owner->fifo) group_changed(*m.owner, *static_cast<fifo_message&>(m).in);
}

/// Takes a message out of the list or wheel that its state names; its state is stale until the
/// caller gives it another.
void state::leave(message& m) noexcept {
  queue_state& q = *m.owner;
  switch (m.state) {
    case message_state::ready:
      if (!q.fifo) ready_list::erase(m);
      --q.ready_count;
      if (q.fair != nullptr) take_turn(q, *tenant_of(m), turn::kept);
      // Too much in flight may have kept a waiter from this one, and from dead ones behind it.
      if (!q.waiters.empty() && q.deliverable()) serve_later(q);
      return;
    case message_state::delayed:
      timers_.erase(m);
      --q.delayed_count;
      return;
    case message_state::in_flight:
      timers_.erase(m);
      --q.in_flight_count;
      if (q.fair != nullptr) count_in_flight(m, false);
      if (!q.waiters.empty() && q.deliverable()) serve_later(q);
      return;
    case message_state::outgoing: return;
  }
}

void state::remove(message& m) noexcept {
  leave(m);
  age_list::erase(m);
  release(m);
}

void state::release(message& m) noexcept {
  if (m.state == message_state::outgoing) settle(m);
  slots_[m.owner->slot()]->messages.erase(m.sequence);
  leave_tenant(m);
  drop_body(m);
  --message_count_;
  if (!m.owner->fifo) return messages_.destroy(&m);
  leave_group(m);
  fifo_.destroy(static_cast<fifo_message&>(m));
}

void state::drop_body(message& m) noexcept {
  if (!m.body) return;
  body_bytes_ -= m.body.length;
  sync::release(m.body.home);
}

/// A message leaves its queue for another slot. The number counts also if the message is gone.
void state::go_out(const journal::entry& e, std::uint64_t sequence, const outgoing_transfer& how) {
  slots_[e.slot]->sent[how.target_slot].last = how.number;
  message* m = subject(e, sequence);
  if (m == nullptr) return;
  leave(*m);
  age_list::erase(*m);
  depart(*m, how);
}

/// The message is on its way to another slot: kept, but not receivable, until that slot answers.
void state::depart(message& m, const outgoing_transfer& how) {
  slot_state& s = *slots_[m.owner->slot()];
  m.state = message_state::outgoing;
  m.owner->leaving.push_back(m);
  if (m.owner->fifo) group_changed(*m.owner, *static_cast<fifo_message&>(m).in);
  sent_numbers& numbers = s.sent[how.target_slot];
  numbers.last = std::max(numbers.last, how.number);
  numbers.open.insert(how.number);
  s.outgoing[m.sequence] = how;
}

/// That transfer is over, however it ended.
void state::settle(const message& m) noexcept {
  slot_state& s = *slots_[m.owner->slot()];
  const auto found = s.outgoing.find(m.sequence);
  if (found == s.outgoing.end()) return;
  s.sent[found->second.target_slot].open.erase(found->second.number);
  s.outgoing.erase(found);
}

void state::receive(message& m, const received_payload& p, base::time_ms at_ms) {
  leave(m);
  if (m.owner->fifo) to_last_group(m);
  if (m.owner->fair != nullptr) {
    take_turn(*m.owner, *tenant_of(m), MR_MUTANT(turn_not_over) ? turn::kept : turn::over);
  }
  m.receive_count = p.receive_count;
  m.receives_here = static_cast<std::uint16_t>(p.receives_here & receives_here_max);
  m.received = m.after_sent(at_ms);
  if (m.first_received == 0) m.first_received = m.received;
  if (p.visible_at_ms <= at_ms) return show(m);
  hide(m, message_state::in_flight, p.visible_at_ms);
}

void state::move(message& m, queue_state& target, durability level, std::string_view source) {
  leave(m);
  age_list::erase(m);
  leave_tenant(m);
  m.dead_letter_source = intern(source);
  m.owner = &target;
  m.epoch = target.epoch;
  m.receives_here = 0;
  m.level = level;
  join_tenant(m);
  insert_by_age(target, m);
  if (target.by_age.front() == &m) watch_age(target);
  show(m);
}

/// The other slot did not take it: it is delivered here for a while, then tried again.
void state::give_back(message& m, base::time_ms at_ms) {
  constexpr base::time_ms pause_ms = 5000;
  queue_state& q = *m.owner;
  const auto& how = slots_[q.slot()]->outgoing;
  const auto found = how.find(m.sequence);
  if (found != how.end() && found->second.renewed_as) {
    count_move(q, true);
  } else {
    q.redrive_again_ms = at_ms + pause_ms;
  }
  settle(m);
  age_list::erase(m);
  insert_by_age(q, m);
  if (q.by_age.front() == &m) watch_age(q);
  show(m);
}

void state::take_number(std::uint8_t slot, std::uint64_t source, std::uint64_t number,
                        std::uint64_t settled_below) {
  taken_numbers& taken = slots_[slot]->taken[static_cast<std::uint8_t>(source)];
  if (!MR_MUTANT(taken_forgotten)) taken.take(number, settled_below);
}

void state::transfer_in(queue_state& q, const journal::entry& e) {
  const auto& p = e.as<transfer_in_payload>();
  take_number(e.slot, p.source_slot, p.number, p.settled_below);
  message& m = add_message(q, p.sequence, p.id, e.body, p.sent_at_ms, e.level);
  m.receive_count = p.receive_count;
  m.first_received = m.after_sent(p.first_received_at_ms);
  m.dead_letter_source = intern(as_text(e.extra));
  join_tenant(m);
  show(m);
}

/// Null: it came as no dead letter.
const std::string* state::intern(std::string_view name) {
  return name.empty() ? nullptr : &*interned_.emplace(name).first;
}

}  // namespace millrace::queue
