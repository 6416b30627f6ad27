// Decisions about message moves: begin, take one message, end.
#include <algorithm>

#include "base/hash.hpp"
#include "base/mutant.hpp"
#include "queue/decide.hpp"
#include "queue/slot_codec.hpp"

namespace millrace::queue {
namespace {

/// Transfers of a slot that may be under way before a move waits for answers.
constexpr std::size_t outgoing_max = 256;

/// To a queue of this slot: out of one and into the other in a single entry.
void log_redriven(const context& c, const message& m, queue_state& to, const message_id& id) {
  journal::entry& e = c.log.add();
  auto& p = begin<redriven_payload>(e, entry_kind::redriven, to.slot(), c.now_ms);
  p.queue = m.owner->uid;
  p.sequence = m.sequence;
  p.target_queue = to.uid;
  p.new_sequence = c.now_state.slot(to.slot()).next_sequence;
  p.id = MR_MUTANT(moved_keeps_id) ? m.id : id;
  if (to.fifo) p.group = static_cast<const fifo_message&>(m).in->name;
  p.fifo = to.fifo ? 1 : 0;
  e.body = m.body;
  e.subject = const_cast<message*>(&m);
  e.object = &to;
  e.level = std::max<durability>(m.level, to.attributes.level);
  if (MR_MUTANT(move_not_journaled)) e.level = durability::memory;
}

void log_redrive_out(const context& c, const message& m, std::string_view target,
                     const message_id& id) {
  const std::uint8_t target_slot = slot_of(target);
  // At level disk whatever the message's: a number that came back would be taken for one known.
  journal::entry& e = c.log.add();
  auto& p = begin<redrive_out_payload>(e, entry_kind::redrive_out, m.owner->slot(), c.now_ms);
  p.queue = m.owner->uid;
  p.sequence = m.sequence;
  p.number = c.now_state.slot(m.owner->slot()).last_sent(target_slot) + 1;
  p.target_slot = target_slot;
  p.id = id;
  const bytes_view name = as_bytes(target);
  e.extra = c.log.keep({name.begin(), name.end()});
  e.subject = const_cast<message*>(&m);
}

/// Empty: there is none.
std::string_view target_of(const message_move& task, const message& m) {
  if (!task.target_queue.empty()) return task.target_queue;
  if (m.dead_letter_source != nullptr) return *m.dead_letter_source;
  return {};
}

}  // namespace

errc decide_start_move(const context& c, const queue_state& q, const move_request& wanted,
                       base::random& ids) {
  if (q.running_move() != nullptr) return errc::message_move_running;
  if (wanted.messages_per_second > message_move_rate_max) return errc::invalid_attribute_value;
  const std::string_view target = wanted.target_queue;
  if (!target.empty() &&
      (!valid_queue_name(target) || target == q.name || target.ends_with(fifo_suffix) != q.fifo)) {
    return errc::invalid_queue_name;
  }
  journal::entry& e = c.log.add();
  auto& p = begin<move_started_payload>(e, entry_kind::move_started, q.slot(), c.now_ms);
  p.queue = q.uid;
  p.id = random_id(ids);
  p.to_move = q.ready_count;
  p.messages_per_second = wanted.messages_per_second;
  const bytes_view name = as_bytes(target);
  e.extra = c.log.keep({name.begin(), name.end()});
  e.object = const_cast<queue_state*>(&q);
  e.level = q.attributes.level;
  return errc::ok;
}

void decide_end_move(const context& c, const queue_state& q, move_status how,
                     std::string_view reason) {
  journal::entry& e = c.log.add();
  auto& p = begin<move_ended_payload>(e, entry_kind::move_ended, q.slot(), c.now_ms);
  p.queue = q.uid;
  p.status = static_cast<std::uint64_t>(how);
  const bytes_view text = as_bytes(reason);
  e.extra = c.log.keep({text.begin(), text.end()});
  e.object = const_cast<queue_state*>(&q);
  e.level = MR_MUTANT(move_end_not_journaled) ? durability::memory : q.attributes.level;
}

move_step decide_move(const context& c, const queue_state& q, base::random& ids) {
  const message_move& task = q.running_move()->what;
  if (c.limits.rates_limited && c.now_ms - task.started_at_ms >= message_move_seconds_max * 1000) {
    decide_end_move(c, q, move_status::failed, move_failures::too_long);
    return move_step::ended;
  }
  const message* m = task.moved < task.to_move ? first_candidate(q) : nullptr;
  if (m == nullptr) {
    if (!q.leaving.empty()) return move_step::waits;
    decide_end_move(c, q, move_status::completed, {});
    return move_step::ended;
  }
  if (c.now_state.slot(q.slot()).outgoing.size() >= outgoing_max) return move_step::waits;
  const std::string_view target = target_of(task, *m);
  if (target.empty()) {
    decide_end_move(c, q, move_status::failed, move_failures::source_unknown);
    return move_step::ended;
  }
  if (slot_of(target) != q.slot()) {
    log_redrive_out(c, *m, target, random_id(ids));
    return move_step::moved;
  }
  queue_state* to = c.now_state.find(target, base::hash_bytes(target));
  if (to == nullptr || to->fifo != q.fifo) {
    decide_end_move(c, q, move_status::failed, move_failures::target_missing);
    return move_step::ended;
  }
  log_redriven(c, *m, *to, random_id(ids));
  return move_step::moved;
}

}  // namespace millrace::queue
