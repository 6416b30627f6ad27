// Message moves as a lane runs them: a few messages a turn, at the task's rate, while the journal
// takes what grows.
#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "queue/service.hpp"

namespace millrace::queue {
namespace {

constexpr base::time_ms pause_ms = 5000;
constexpr base::time_ms late_ms = 1000;  ///< what a rate makes up for after a wait

}  // namespace

errc service::start_move(queue_state& q, const move_request& wanted) {
  count_moves();
  if (limits_.move_places != nullptr && q.running_move() == nullptr) {
    if (!limits_.move_places->take()) return errc::too_many_message_moves;
    ++moves_counted_;
  }
  const std::size_t mark = log_.size();
  const errc e = decide_start_move(here(), q, wanted, ids_);
  apply_since(mark);
  count_moves();  // a refused one gives its place back
  return e;
}

/// Makes the places that this lane has in the engine's count as many as its moves that run.
void service::count_moves() noexcept {
  const std::size_t running = state_.moving().size();
  if (sync::place_count* places = limits_.move_places) {
    for (std::size_t i = moves_counted_; i < running; ++i) places->hold();
    for (std::size_t i = running; i < moves_counted_; ++i) places->give();
  }
  moves_counted_ = running;
}

errc service::cancel_move(queue_state& q, const message_id& id) {
  const move_task* task = nullptr;
  if (q.moves != nullptr) {
    for (const move_task& each : *q.moves) {
      if (each.what.id == id) task = &each;
    }
  }
  if (task == nullptr) return errc::message_move_does_not_exist;
  if (task->what.status != move_status::running) return errc::message_move_not_running;
  const std::size_t mark = log_.size();
  decide_end_move(here(), q, move_status::cancelled, {});
  apply_since(mark);
  return errc::ok;
}

void service::list_moves(const queue_state& q, std::vector<message_move>& out) const {
  if (q.moves == nullptr) return;
  for (auto it = q.moves->rbegin(); it != q.moves->rend(); ++it) out.push_back(it->what);
}

/// False: there is more to do at once.
bool service::move_messages(std::size_t budget) {
  count_moves();
  const auto& moving = state_.moving();
  for (auto it = moving.begin(); it != moving.end();) {
    queue_state& q = **it++;  // ending takes it out
    for (;; --budget) {
      if (budget == 0 || log_.nearly_full()) return false;
      if (!move_one(q)) break;
    }
  }
  return true;
}

/// False: not now.
bool service::move_one(queue_state& q) {
  move_task& task = *q.running_move();
  if (!may_grow_ || now_ms_ < task.again_ms) return false;
  if (task.paced_from_ms == 0) task.paced_from_ms = now_ms_;
  if (const std::uint64_t rate = rate_of(task); rate != 0) {
    task.again_ms = task.paced_from_ms + static_cast<base::time_ms>(task.paced * 1000 / rate);
    if (now_ms_ < task.again_ms) return false;
    if (now_ms_ > task.again_ms + late_ms) {
      task.paced_from_ms = now_ms_;
      task.paced = 0;
    }
  }
  if (!reserve_arrival(q)) {
    task.again_ms = now_ms_ + pause_ms;
    return false;
  }
  const std::size_t mark = log_.size();
  const move_step step = decide_move(here(), q, ids_);
  if (step == move_step::moved) ++task.paced;
  // Until an answer comes; those that others wait for do not wake this one.
  if (step == move_step::waits) task.again_ms = q.leaving.empty() ? now_ms_ + pause_ms : INT64_MAX;
  apply_since(mark);
  return step == move_step::moved;
}

std::uint64_t service::rate_of(const move_task& task) const noexcept {
  if (MR_MUTANT(move_without_rate)) return 0;
  if (task.what.messages_per_second != 0) return task.what.messages_per_second;
  return limits_.rates_limited ? message_move_rate_max : 0;
}

/// A transfer of the queue's is over: its move may have waited for that.
void service::wake_move(const transfer& answer) noexcept {
  queue_state* q = state_.find(answer.source_queue);
  if (move_task* task = q == nullptr ? nullptr : q->running_move()) task->again_ms = 0;
}

/// A full target is tried again after a while; without one the move is over.
void service::move_returned(queue_state& q, const transfer& answer) {
  move_task* task = q.running_move();
  if (task == nullptr) return;
  if (!answer.target_missing) {
    task->again_ms = now_ms_ + pause_ms;
    return;
  }
  const std::size_t mark = log_.size();
  decide_end_move(here(), q, move_status::failed, move_failures::target_missing);
  apply_since(mark);
}

base::time_ms service::next_move_ms() const noexcept {
  if (state_.moving().empty()) return INT64_MAX;
  if (!may_grow_) return now_ms_ + pause_ms;
  base::time_ms next = INT64_MAX;
  for (const queue_state* q : state_.moving()) next = std::min(next, q->running_move()->again_ms);
  return next;
}

}  // namespace millrace::queue
