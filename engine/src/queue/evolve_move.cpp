// The parts of evolve that message moves have: the tasks, and messages that leave for good and come
// as new ones.
#include <algorithm>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "queue/slot_codec.hpp"
#include "queue/state.hpp"

namespace millrace::queue {

move_task& state::move_of(queue_state& q, const message_id& id) {
  if (q.moves == nullptr) q.moves = std::make_unique<move_tasks>();
  const auto at = std::find_if(q.moves->begin(), q.moves->end(),
                               [&](const move_task& t) { return t.what.id == id; });
  if (at != q.moves->end()) return *at;
  if (q.moves->size() >= move_tasks_kept) q.moves->erase(q.moves->begin());
  move_task& made = q.moves->emplace_back();
  made.what.id = id;
  return made;
}

/// One whose begin the log does not have any more is older than all whose begin it has.
move_task& state::carried_move_of(queue_state& q, const message_id& id) {
  if (q.moves == nullptr) q.moves = std::make_unique<move_tasks>();
  move_tasks& all = *q.moves;
  const auto known =
      std::find_if(all.begin(), all.end(), [&](const move_task& t) { return t.what.id == id; });
  if (known != all.end()) return *known;
  // A crash may have left one that was carried and then forgotten, before the others are carried.
  if (all.size() >= move_tasks_kept) all.erase(all.begin());
  const auto begun =
      std::find_if(all.begin(), all.end(), [](const move_task& t) { return !t.carried; });
  move_task& made = *all.emplace(begun);
  made.what.id = id;
  made.carried = true;
  return made;
}

void state::note_moves(queue_state& q) {
  if (q.running_move() != nullptr) {
    moving_.insert(&q);
  } else {
    moving_.erase(&q);
  }
}

void state::move_started(const journal::entry& e) {
  const auto& p = e.as<move_started_payload>();
  queue_state* q = object(e, p.queue);
  if (q == nullptr) return;
  message_move& what = move_of(*q, p.id).what;
  what.target_queue = as_text(e.extra);
  what.messages_per_second = p.messages_per_second;
  what.started_at_ms = e.at_ms;
  what.to_move = p.to_move;
  note_moves(*q);
}

void state::move_ended(const journal::entry& e) {
  const auto& p = e.as<move_ended_payload>();
  queue_state* q = object(e, p.queue);
  move_task* task = q == nullptr ? nullptr : q->running_move();
  if (task == nullptr) return;
  task->what.status = static_cast<move_status>(p.status);
  task->what.failure_reason = as_text(e.extra);
  note_moves(*q);
}

void state::carry_move(const journal::entry& e) {
  if (e.object != nullptr) return;  // live: nothing has changed
  const auto& p = e.as<move_carried_payload>();
  queue_state* q = object(e, p.queue);
  if (q == nullptr) return;
  carried_move_texts texts;
  const bool readable = decode_move_texts(e.extra, texts);
  MR_ASSERT(readable);
  message_move& what = carried_move_of(*q, p.id).what;
  what.target_queue = texts.target_queue;
  what.failure_reason = texts.failure_reason;
  what.messages_per_second = p.messages_per_second;
  what.started_at_ms = p.started_at_ms;
  what.to_move = p.to_move;
  what.moved = p.moved;
  what.status = static_cast<move_status>(p.status);
  note_moves(*q);
}

/// Of the latest task, also when it has ended while messages were on their way.
void state::count_move(queue_state& q, bool back) noexcept {
  if (q.moves == nullptr || q.moves->empty()) return;
  std::uint64_t& moved = q.moves->back().what.moved;
  if (!back) {
    ++moved;
  } else if (moved > 0) {
    --moved;
  }
}

/// One message goes and another comes, with the same body.
void state::redrive(const journal::entry& e) {
  const auto& p = e.as<redriven_payload>();
  if (queue_state* source = find(p.queue)) count_move(*source);
  if (e.subject != nullptr) sync::retain(e.body.home);  // live it is the old one's
  message* old = subject(e, p.sequence);
  if (old != nullptr && !MR_MUTANT(moved_stays)) remove(*old);
  queue_state* target = p.fifo != 0 ? fifo_object(e, p.target_queue) : object(e, p.target_queue);
  if (target == nullptr) {
    if (e.body) sync::release(e.body.home);
    return;
  }
  message& m = add_message(*target, p.new_sequence, p.id, e.body, e.at_ms, e.level);
  if (target->fifo) join_group(m, p.group, p.new_sequence);
  if (!target->fifo) join_tenant(m);
  show(m);
}

void state::redrive_out(const journal::entry& e) {
  const auto& p = e.as<redrive_out_payload>();
  if (queue_state* source = find(p.queue)) count_move(*source);
  go_out(e, p.sequence,
         {static_cast<std::uint8_t>(p.target_slot), p.number, std::string(as_text(e.extra)), p.id});
}

}  // namespace millrace::queue
