// The parts of evolve that make and unmake queues.
#include "base/assert.hpp"
#include "base/hash.hpp"
#include "base/mutant.hpp"
#include "queue/state.hpp"

namespace millrace::queue {

void state::create(const journal::entry& e) {
  queue_state& q = make_queue(e.as<queue_payload>().queue);
  define(q, e);
  q.created_at_ms = q.modified_at_ms = e.at_ms;
}

void state::define(queue_state& q, const journal::entry& e) {
  definition d;
  const bool readable = decode(e.extra, d);
  MR_ASSERT(readable);
  q.attributes = std::move(d.attributes);
  if (replaying_ && MR_MUTANT(retention_not_replayed)) {
    q.attributes.message_retention_period = queue_attributes{}.message_retention_period;
  }
  q.log_epoch = log_epoch_;
  q.fifo = q.fifo || d.name.ends_with(fifo_suffix);
  if (q.name.empty()) name_queue(q, std::move(d.name));
}

void state::set_attributes(const journal::entry& e) {
  queue_state* q = object(e, e.as<queue_payload>().queue);
  definition d;
  if (q == nullptr || !decode(e.extra, d)) return;
  q->attributes = std::move(d.attributes);
  q->modified_at_ms = e.at_ms;
  ++q->revision;
  q->redrive_again_ms = 0;
  watch_age(*q);
}

/// A queue that only its number is known of.
queue_state& state::make_queue(std::uint64_t uid) {
  auto* q = new queue_state;
  q->uid = uid;
  const std::uint64_t number = uid & ((std::uint64_t{1} << 56) - 1);
  slot_state& s = *slots_[q->slot()];
  if (s.next_queue == 1) s.next_sequence += sequence_gap_;
  if (number >= s.next_queue) s.next_queue = number + 1;
  by_uid_.insert(*q);
  return *q;
}

void state::name_queue(queue_state& q, std::string name) {
  q.name = std::move(name);
  q.name_hash = base::hash_bytes(q.name);
  by_hash_.insert(q);
  by_name_.emplace(q.name, &q);
}

void state::drop_queue(queue_state& q) {
  doom_messages(q);
  by_uid_.erase(q);
  if (!q.name.empty()) {
    by_hash_.erase(q);
    by_name_.erase(q.name);
  }
  moving_.erase(&q);
  q.deleted = true;
  if (q.to_be_served()) base::list<queue_state, serve_tag>::erase(q);
  if (q.age_watched()) ages_.erase(q);
  sweep_later(q);
}

/// O(1) whatever the depth: the messages are cut off now and freed by sweep(). Only when the epochs
/// have come round, once in 65,536 times, are those of earlier ones freed here; not those of the
/// last one, of which the journal may not have read all.
void state::doom_messages(queue_state& q) {
  q.ready.forget();
  q.ready_groups.forget();
  q.fair = nullptr;  // its tenants go with their messages
  if (replaying_) {  // nobody sweeps meanwhile, and there may be many times what is alive
    for (message* m = q.by_age.front(); m != nullptr; m = q.by_age.after(*m)) forget_body(*m);
    for (message* m = q.leaving.front(); m != nullptr; m = q.leaving.after(*m)) forget_body(*m);
  }
  if (++q.epoch == 0) free_doomed(q, SIZE_MAX);
  q.doomed.splice_back(q.by_age);
  q.doomed.splice_back(q.leaving);
  q.ready_count = q.delayed_count = q.in_flight_count = 0;
  if (!q.doomed.empty()) sweep_later(q);
}

}  // namespace millrace::queue
