#include "queue/carry.hpp"

#include "base/mutant.hpp"
#include "queue/attributes_codec.hpp"
#include "queue/slot_codec.hpp"

namespace millrace::queue {
namespace {

void log_slot(entry_log& log, const slot_state& s, std::uint8_t number, base::time_ms now_ms) {
  journal::entry& e = log.add();
  auto& p = begin<slot_payload>(e, entry_kind::slot_carried, number, now_ms);
  p.next_sequence = s.next_sequence;
  p.next_queue = s.next_queue;
  std::vector<std::byte> numbers;
  encode_numbers(s, numbers);
  e.extra = log.keep(std::move(numbers));
}

void log_queue(entry_log& log, queue_state& q, base::time_ms now_ms) {
  journal::entry& e = log.add();
  auto& p = begin<queue_carried_payload>(e, entry_kind::queue_carried, q.slot(), now_ms);
  p.queue = q.uid;
  p.created_at_ms = q.created_at_ms;
  p.modified_at_ms = q.modified_at_ms;
  p.purged_at_ms = q.purged_at_ms;
  p.redrive_again_ms = q.redrive_again_ms;
  std::vector<std::byte> definition;
  encode(q.name, MR_MUTANT(carried_attributes_lost) ? queue_attributes{} : q.attributes,
         definition);
  e.extra = log.keep(std::move(definition));
  e.object = &q;
}

void log_moves(entry_log& log, queue_state& q, base::time_ms now_ms) {
  if (q.moves == nullptr || MR_MUTANT(move_not_carried)) return;
  for (const move_task& task : *q.moves) {
    journal::entry& e = log.add();
    auto& p = begin<move_carried_payload>(e, entry_kind::move_carried, q.slot(), now_ms);
    p.queue = q.uid;
    p.id = task.what.id;
    p.started_at_ms = task.what.started_at_ms;
    p.to_move = task.what.to_move;
    p.moved = task.what.moved;
    p.messages_per_second = task.what.messages_per_second;
    p.status = static_cast<std::uint64_t>(task.what.status);
    e.level = q.attributes.level;
    std::vector<std::byte> texts;
    encode_move_texts({task.what.target_queue, task.what.failure_reason}, texts);
    e.extra = log.keep(std::move(texts));
    e.object = &q;
  }
}

/// As a replay is to find it: a receive that was not journaled is not made so here.
message_state durable_state(const message& m) {
  const bool counted = !m.owner->attributes.redrive.target_queue.empty();
  const bool kept = counted || m.owner->fifo;
  return m.state == message_state::in_flight && !kept ? message_state::ready : m.state;
}

/// Duplicates of one queue that stand behind each other share an entry.
class duplicate_writer {
 public:
  duplicate_writer(state& all, entry_log& log, base::time_ms now_ms)
      : all_(all), log_(log), now_ms_(now_ms) {}
  void add(queue_state& q, const duplicate& d) {
    if (of_ != &q || level_ != d.level || count_ == carried_duplicates_max) finish();
    of_ = &q;
    level_ = d.level;
    encode_duplicate({d.key, d.id, d.order, d.until_ms}, encoded_);
    ++count_;
  }
  void finish() {
    if (count_ == 0) return;
    journal::entry& e = log_.add();
    begin<queue_payload>(e, entry_kind::duplicates_carried, of_->slot(), now_ms_).queue = of_->uid;
    e.level = level_;
    e.object = of_;
    e.extra = log_.keep(std::exchange(encoded_, {}));
    all_.evolve(e);
    count_ = 0;
  }

 private:
  state& all_;
  entry_log& log_;
  base::time_ms now_ms_;
  queue_state* of_ = nullptr;
  durability level_ = durability::memory;
  std::vector<std::byte> encoded_;
  std::size_t count_ = 0;
};

}  // namespace

void log_message(entry_log& log, const state& all, message& m, const carry_how& how) {
  journal::entry& e = log.add();
  const auto kind = m.owner->fifo ? entry_kind::fifo_carried : entry_kind::message_carried;
  auto& p = begin<message_carried_payload>(e, kind, m.owner->slot(), how.at_ms);
  p.sequence = m.sequence;
  p.id = m.id;
  p.sent_at_ms = m.sent_at_ms;
  p.first_received = m.first_received;
  p.received = m.received;
  p.receive_count = m.receive_count - (MR_MUTANT(carried_count_off) && m.receive_count != 0);
  carried_names names;
  carried_place place;
  if (m.owner->fifo) {
    const auto& f = static_cast<const fifo_message&>(m);
    place = {f.in->name, how.into == nullptr ? f.order : how.order};
  }
  if (how.into != nullptr) {
    p.queue = how.into->uid;
    names.dead_letter_source = m.owner->name;
    e.object = how.into;
    e.level = how.into->attributes.level;
    if (m.owner->fifo) {  // it comes there now
      p.sent_at_ms = how.at_ms;
      p.first_received = p.received = m.first_received == 0 ? 0 : 1;
    }
  } else {
    p.queue = m.owner->uid;
    p.receives_here = MR_MUTANT(carried_receives_lost) ? 0U : m.receives_here;
    p.state = durable_state(m);
    p.visible_at_ms = m.deadline_ms;
    if (m.dead_letter_source != nullptr && !MR_MUTANT(carried_source_lost))
      names.dead_letter_source = *m.dead_letter_source;
    e.level = m.level;
  }
  if (m.state == message_state::outgoing) {
    const outgoing_transfer& t = all.slot(m.owner->slot()).outgoing.at(m.sequence);
    p.number = t.number;
    p.target_slot = t.target_slot;
    names.target_name = t.target_name;
    names.renewed_as = t.renewed_as;
  }
  e.subject = &m;
  e.body = m.body;
  std::vector<std::byte> encoded;
  if (m.owner->fifo) encode_place(place, encoded);
  encode_names(names, encoded);
  e.extra = log.keep(std::move(encoded));
}

void carry_walk::begin(state& all, std::uint32_t epoch) {
  epoch_ = epoch;
  slot_ = 0;
  queue_.clear();
  queues_done_ = false;
  messages_of_ = 0;
  all.slot(0).messages.rewind();
  all.fifo().rewind();
}

bool carry_walk::step(state& all, entry_log& log, base::time_ms now_ms, std::size_t bytes) {
  bytes_until_ = log.bytes() + bytes;
  return step_slots(all, log, now_ms) && step_queues(all, log, now_ms) &&
         step_messages(all, log, now_ms) && step_duplicates(all, log, now_ms);
}

bool carry_walk::step_slots(state& all, entry_log& log, base::time_ms now_ms) {
  for (; slot_ < slot_count; ++slot_) {
    const auto number = static_cast<std::uint8_t>(slot_);
    const slot_state& s = all.slot(number);
    if (s.next_queue == 1 && s.next_sequence == 1 && s.sent.empty() && s.taken.empty() &&
        s.of_topics.empty()) {
      continue;
    }
    if (used_up(log)) return false;
    log_slot(log, s, number, now_ms);
  }
  return true;
}

bool carry_walk::step_queues(state& all, entry_log& log, base::time_ms now_ms) {
  if (queues_done_) return true;
  for (auto it = all.by_name().upper_bound(queue_); it != all.by_name().end(); ++it) {
    if (used_up(log)) return false;
    queue_ = it->first;
    if (it->second->log_epoch >= epoch_) continue;
    // What has no epoch of its own first: a crash may leave a part of this, and where the queue's
    // entry is found, nothing of it will be carried again.
    log_moves(log, *it->second, now_ms);
    log_queue(log, *it->second, now_ms);
    all.evolve(log.all().back());
  }
  queues_done_ = true;
  return true;
}

bool carry_walk::step_messages(state& all, entry_log& log, base::time_ms now_ms) {
  const auto visit = [&](message& m) {
    const bool dead = m.epoch != m.owner->epoch;
    if (dead || m.log_epoch + (MR_MUTANT(last_epoch_not_carried) ? 1 : 0) >= epoch_ ||
        m.level == durability::memory)
      return true;
    if (used_up(log)) return false;
    log_message(log, all, m, {.at_ms = now_ms});
    all.evolve(log.all().back());
    return true;
  };
  while (messages_of_ < slot_count) {
    if (!all.slot(static_cast<std::uint8_t>(messages_of_)).messages.walk(visit)) return false;
    if (++messages_of_ < slot_count) {
      all.slot(static_cast<std::uint8_t>(messages_of_)).messages.rewind();
    }
  }
  return true;
}

bool carry_walk::step_duplicates(state& all, entry_log& log, base::time_ms now_ms) {
  if (MR_MUTANT(window_not_carried)) return true;
  duplicate_writer writer(all, log, now_ms);
  const bool done = all.fifo().walk([&](const duplicate& d) {
    queue_state* q = all.find(d.queue);
    const bool dead = q == nullptr || q->epoch != d.epoch || d.until_ms <= now_ms;
    if (dead || d.log_epoch >= epoch_ || d.level == durability::memory) return true;
    if (used_up(log)) return false;
    writer.add(*q, d);
    return true;
  });
  writer.finish();
  return done;
}

}  // namespace millrace::queue
