// The parts of evolve that a recovery lives from: carried entries, bodies that come later, and the
// end of a replay.
#include <algorithm>
#include <vector>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "queue/slot_codec.hpp"
#include "queue/state.hpp"

namespace millrace::queue {

void state::carry_slot(const journal::entry& e) {
  slot_state& s = *slots_[e.slot];
  const auto& p = e.as<slot_payload>();
  s.next_sequence = std::max(s.next_sequence, p.next_sequence);
  s.next_queue = std::max(s.next_queue, p.next_queue);
  const bool readable = decode_numbers(e.extra, s);
  MR_ASSERT(readable);
}

void state::carry_queue(const journal::entry& e) {
  const auto& p = e.as<queue_carried_payload>();
  if (e.object != nullptr) {  // live: nothing else has changed
    static_cast<queue_state*>(e.object)->log_epoch = log_epoch_;
    return;
  }
  queue_state* q = find(p.queue);
  if (q == nullptr) q = &make_queue(p.queue);
  define(*q, e);
  q->created_at_ms = p.created_at_ms;
  q->modified_at_ms = p.modified_at_ms;
  q->purged_at_ms = p.purged_at_ms;
  q->redrive_again_ms = p.redrive_again_ms;
  watch_age(*q);
}

void state::carry_message(const journal::entry& e) {
  const auto& p = e.as<message_carried_payload>();
  if (e.subject != nullptr) {
    auto& m = *static_cast<message*>(e.subject);
    if (e.object != nullptr) {
      auto& target = *static_cast<queue_state*>(e.object);
      if (!target.fifo) {
        move(m, target, e.level, m.owner->name);
      } else {
        carried_place place;
        bytes_view names = e.extra;
        const bool readable = take_place(names, place);
        MR_ASSERT(readable);
        const std::string source = m.owner->name;
        fifo_move(m, target, e, {source, place.order});
      }
    }
    m.log_epoch = log_epoch_;
    return;
  }
  const bool fifo = static_cast<entry_kind>(e.kind) == entry_kind::fifo_carried;
  queue_state* q = fifo ? fifo_object(e, p.queue) : object(e, p.queue);
  if (q == nullptr) return;
  message* m = find(e.slot, p.sequence);
  if (m == nullptr) {
    m = &add_message(*q, p.sequence, p.id, e.body, p.sent_at_ms, e.level);
    age_list::erase(*m);
  } else {
    if (e.body) sync::release(e.body.home);  // it has the same one
    if (m->state == message_state::outgoing) settle(*m);
    leave(*m);
    age_list::erase(*m);
    if (fifo) leave_group(*m);
  }
  restore(*m, *q, e);
}

/// Makes a message that stands in no list what the entry says.
void state::restore(message& m, queue_state& q, const journal::entry& e) {
  const auto& p = e.as<message_carried_payload>();
  carried_names names;
  carried_place place;
  bytes_view extra = e.extra;
  const bool readable = (!q.fifo || take_place(extra, place)) && decode_names(extra, names);
  MR_ASSERT(readable);
  m.owner = &q;
  m.epoch = q.epoch;
  if (q.fifo) join_group(m, place.group, place.order);
  m.level = e.level;
  m.sent_at_ms = p.sent_at_ms;
  m.first_received = p.first_received;
  m.received = p.received;
  m.receive_count = p.receive_count;
  m.receives_here = static_cast<std::uint16_t>(p.receives_here & receives_here_max);
  m.dead_letter_source = intern(names.dead_letter_source);
  m.log_epoch = log_epoch_;
  if (p.state == message_state::outgoing) {
    return depart(m, {p.target_slot, p.number, std::string(names.target_name), names.renewed_as});
  }
  insert_by_age(q, m);
  if (q.by_age.front() == &m) watch_age(q);
  if (p.state == message_state::ready) return show(m);
  hide(m, p.state, p.visible_at_ms);
}

namespace {

/// Sequence of the message whose body an entry has; 0: it has none.
std::uint64_t body_of(const journal::entry& e) noexcept {
  switch (static_cast<entry_kind>(e.kind)) {
    case entry_kind::sent:
    case entry_kind::grouped_sent: return e.as<sent_payload>().sequence;
    case entry_kind::transfer_in: return e.as<transfer_in_payload>().sequence;
    case entry_kind::message_carried:
    case entry_kind::fifo_carried: return e.as<message_carried_payload>().sequence;
    case entry_kind::fifo_sent:
    case entry_kind::fifo_delivered: return e.as<fifo_sent_payload>().sequence;
    case entry_kind::fifo_transfer_in: return e.as<fifo_transfer_in_payload>().sequence;
    case entry_kind::redriven: return e.as<redriven_payload>().new_sequence;
    case entry_kind::delivered: return e.as<delivered_payload>().sequence;
    default: return 0;
  }
}

bool is_fifo(const journal::entry& e) noexcept {
  const auto kind = static_cast<entry_kind>(e.kind);
  if (kind == entry_kind::redriven) return e.as<redriven_payload>().fifo != 0;
  if (kind == entry_kind::fifo_delivered) return true;
  return kind >= entry_kind::fifo_sent && kind <= entry_kind::duplicates_carried;
}

std::size_t payload_bytes_of(entry_kind kind) noexcept {
  switch (kind) {
    case entry_kind::queue_created:
    case entry_kind::queue_deleted:
    case entry_kind::attributes_set:
    case entry_kind::queue_purged: return sizeof(queue_payload);
    case entry_kind::sent:
    case entry_kind::grouped_sent: return sizeof(sent_payload);
    case entry_kind::received: return sizeof(received_payload);
    case entry_kind::visibility_changed: return sizeof(visibility_payload);
    case entry_kind::deleted:
    case entry_kind::expired:
    case entry_kind::transfer_done:
    case entry_kind::transfer_returned: return sizeof(message_payload);
    case entry_kind::moved: return sizeof(moved_payload);
    case entry_kind::transfer_out: return sizeof(transfer_out_payload);
    case entry_kind::transfer_in: return sizeof(transfer_in_payload);
    case entry_kind::slot_carried: return sizeof(slot_payload);
    case entry_kind::queue_carried: return sizeof(queue_carried_payload);
    case entry_kind::message_carried:
    case entry_kind::fifo_carried: return sizeof(message_carried_payload);
    case entry_kind::fifo_sent:
    case entry_kind::fifo_delivered: return sizeof(fifo_sent_payload);
    case entry_kind::fifo_moved: return sizeof(fifo_moved_payload);
    case entry_kind::fifo_transfer_in: return sizeof(fifo_transfer_in_payload);
    case entry_kind::duplicates_carried: return sizeof(queue_payload);
    case entry_kind::move_started: return sizeof(move_started_payload);
    case entry_kind::move_ended: return sizeof(move_ended_payload);
    case entry_kind::move_carried: return sizeof(move_carried_payload);
    case entry_kind::redriven: return sizeof(redriven_payload);
    case entry_kind::redrive_out: return sizeof(redrive_out_payload);
    case entry_kind::delay_changed: return sizeof(delay_payload);
    case entry_kind::delivered: return sizeof(delivered_payload);
    case entry_kind::delivery_known: return sizeof(queue_payload);
  }
  return SIZE_MAX;
}

}  // namespace

bool understood(const journal::entry& e) noexcept {
  return e.version == 1 && e.used == payload_bytes_of(static_cast<entry_kind>(e.kind));
}

bool state::reserve_for(const journal::entry& e) noexcept {
  const std::uint64_t sequence = body_of(e);
  if (is_fifo(e)) {
    return slots_[e.slot]->messages.reserve(sequence, sync::allocation_class::priority) &&
           fifo_.reserve(sync::allocation_class::priority);
  }
  return sequence == 0 || reserve(e.slot, sequence, sync::allocation_class::priority);
}

message* state::wants_body(const journal::entry& e) const noexcept {
  const std::uint64_t sequence = body_of(e);
  const std::uint64_t other = MR_MUTANT(bodies_exchanged) ? 1 : 0;
  message* m = sequence == 0 ? nullptr : find(e.slot, sequence ^ other);
  return m == nullptr || m->body ? nullptr : m;
}

void state::attach_body(message& m, const sync::body_ref& body) noexcept {
  m.body = body;
  body_bytes_ += body.length;
  if (!m.owner->fifo) join_tenant(m);
}

void state::forget_body(message& m) noexcept {
  drop_body(m);
  m.body = {};
}

void state::drop_bodies() noexcept {
  for (auto& s : slots_) {
    s->messages.rewind();
    s->messages.walk([this](message& m) {
      forget_body(m);
      return true;
    });
  }
}

void state::end_replay(std::uint64_t sequence_gap) {
  replaying_ = false;
  if (groups_seen_) find_tenants();
  sequence_gap_ = sequence_gap;
  for (auto& s : slots_) {
    if (s->next_queue != 1 && !MR_MUTANT(sequence_not_jumped)) s->next_sequence += sequence_gap;
  }
  by_uid_.for_each([this](queue_state& q) {
    if (q.name.empty()) {
      const std::string base = "recovered-" + std::to_string(q.uid & ((1ULL << 56) - 1)) + "-";
      const std::string end{q.fifo ? fifo_suffix : std::string_view()};
      std::string name = base + "0" + end;
      for (int i = 1; slot_of(name) != q.slot() || by_name_.contains(name); ++i) {
        name.replace(base.size(), std::string::npos, std::to_string(i)).append(end);
      }
      name_queue(q, std::move(name));
    }
    std::vector<message*> ready;
    while (message* m = q.ready.pop_front()) ready.push_back(m);
    std::sort(ready.begin(), ready.end(),
              [](const message* a, const message* b) { return a->sequence < b->sequence; });
    for (message* m : ready) q.ready.push_back(*m);
    while (q.ready_groups.pop_front() != nullptr) {
    }
  });
  fifo_.sort([this](group& g) {
    // Of an earlier epoch: only its messages that are still to be swept know it.
    queue_state* q = find(g.queue);
    if (q != nullptr && q->epoch == g.epoch) group_changed(*q, g);
  });
}

}  // namespace millrace::queue
