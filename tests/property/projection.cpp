#include "projection.hpp"

namespace millrace::test {
namespace {

message_projection project(const queue::message& m) {
  message_projection out;
  out.id = m.id;
  out.body = as_text(m.body.bytes());
  if (m.dead_letter_source != nullptr) out.dead_letter_source = *m.dead_letter_source;
  out.state = static_cast<int>(m.state);
  const bool timed =
      m.state == queue::message_state::delayed || m.state == queue::message_state::in_flight;
  if (timed) out.until_ms = m.deadline_ms;
  out.sent_at_ms = m.sent_at_ms;
  out.first_received_at_ms = m.first_received_at_ms();
  out.received_at_ms = m.received_at_ms();
  out.receive_count = m.receive_count;
  out.receives_here = m.receives_here;
  if (m.owner->fifo) {
    const auto& f = static_cast<const queue::fifo_message&>(m);
    out.group = f.in->name;
    out.order = f.order;
  }
  return out;
}

queue_projection project(const queue::queue_state& q) {
  queue_projection out;
  out.uid = q.uid;
  out.attributes = q.attributes;
  out.created_at_ms = q.created_at_ms;
  out.modified_at_ms = q.modified_at_ms;
  out.purged_at_ms = q.purged_at_ms;
  out.redrive_again_ms = q.redrive_again_ms;
  out.ready = q.ready_count;
  out.delayed = q.delayed_count;
  out.in_flight = q.in_flight_count;
  if (q.moves != nullptr) {
    for (const queue::move_task& task : *q.moves) out.moves.push_back(task.what);
  }
  for (const queue::age_list* list : {&q.by_age, &q.leaving}) {
    for (const queue::message* m = list->front(); m != nullptr; m = list->after(*m)) {
      out.messages[m->sequence] = project(*m);
    }
  }
  return out;
}

}  // namespace

projection project(const queue::service& queues) {
  projection out;
  for (const auto& [name, q] : queues.queues().by_name()) {
    out.queues[std::string(name)] = project(*q);
  }
  const queue::fifo_index& fifo = queues.queues().fifo();
  for (const queue::duplicate* d = fifo.first(); d != nullptr; d = fifo.after(*d)) {
    const queue::queue_state* q = queues.queues().find(d->queue);
    if (q == nullptr || q->epoch != d->epoch || d->until_ms <= queues.time()) continue;
    out.window[{d->queue, d->key}] = {d->id, d->order, d->until_ms};
  }
  for (int i = 0; i < queue::slot_count; ++i) {
    const queue::slot_state& s = queues.queues().slot(static_cast<std::uint8_t>(i));
    out.slots.push_back({s.next_sequence, s.next_queue, s.sent, s.taken, s.outgoing});
  }
  return out;
}

projection durable(projection all) {
  constexpr int ready = static_cast<int>(queue::message_state::ready);
  constexpr int in_flight = static_cast<int>(queue::message_state::in_flight);
  for (auto& [name, q] : all.queues) {
    q.redrive_again_ms = 0;
    if (!q.attributes.redrive.target_queue.empty() || q.attributes.fifo_queue) continue;
    q.ready += q.in_flight;
    q.in_flight = 0;
    for (auto& [sequence, m] : q.messages) {
      if (m.state == in_flight) {
        m.state = ready;
        m.until_ms = 0;
      }
      m.receive_count = m.receives_here = 0;
      m.first_received_at_ms = m.received_at_ms = 0;
    }
  }
  return all;
}

void recover(const queue_bench& from, std::size_t first, queue_bench& into) {
  recover(from, {first, from.journal().size()}, into);
}

void recover(const queue_bench& from, const journal_part& part, queue_bench& into) {
  into.queues.begin_replay();
  for (std::size_t i = part.first; i < part.end; ++i) {
    const recorded& r = from.journal()[i];
    journal::entry e = r.e;
    e.extra = r.extra;
    if (e.level != durability::memory) MR_ASSERT(into.queues.replay(e));
  }
  for (std::size_t i = part.first; i < part.end; ++i) {
    const recorded& r = from.journal()[i];
    if (r.body.empty() || r.e.level == durability::memory) continue;
    queue::message* m = into.queues.wants_body(r.e);
    if (m == nullptr) continue;
    std::memcpy(into.writer.reserve(r.body.size()), r.body.data(), r.body.size());
    into.queues.attach_body(*m, into.writer.commit(r.body.size()));
  }
  into.route = false;
  into.queues.end_replay();
  into.advance(from.now_ms() - into.now_ms());
}

void replay(const queue_bench& from, queue_bench& into) {
  for (const recorded& r : from.journal()) {
    // Carried state is what a crash would leave; all the rest tells what was.
    const auto kind = static_cast<queue::entry_kind>(r.e.kind);
    if (kind >= queue::entry_kind::slot_carried && kind < queue::entry_kind::fifo_sent) continue;
    if (kind == queue::entry_kind::fifo_carried || kind == queue::entry_kind::move_carried ||
        kind == queue::entry_kind::duplicates_carried) {
      continue;
    }
    journal::entry e = r.e;
    e.extra = r.extra;
    if (!r.body.empty()) {
      std::byte* to = into.writer.reserve(r.body.size());
      MR_ASSERT(to != nullptr);
      std::memcpy(to, r.body.data(), r.body.size());
      e.body = into.writer.commit(r.body.size());
    }
    MR_ASSERT(into.queues.replay(e));
  }
  into.advance(from.now_ms() - into.now_ms());
}

}  // namespace millrace::test
