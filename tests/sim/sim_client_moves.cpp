// Message moves as a simulated client asks for them, and what it makes of the answers.
#include "base/assert.hpp"
#include "sim_client.hpp"

namespace millrace::sim {

void sim_client::start_move(const move_wanted& wanted) {
  call& c = start(operation_kind::start_message_move, wanted.from);
  c.move = scene_.moves.tried(wanted, c.asked);
  lane::operation& op = begin(c, scene_.plan.queues[wanted.from].name);
  op.more = std::make_unique<lane::control>();
  if (wanted.target >= 0) {
    op.more->prefix = scene_.plan.queues[static_cast<std::size_t>(wanted.target)].name;
  }
  op.more->move.messages_per_second = wanted.rate;
  submit(c, op);
}

void sim_client::cancel_move(std::size_t queue) {
  const message_id* id = scene_.moves.latest(queue);
  if (id == nullptr) return;
  call& c = start(operation_kind::cancel_message_move, queue);
  lane::operation& op = begin(c, scene_.plan.queues[queue].name);
  op.more = std::make_unique<lane::control>();
  op.more->move_id = *id;
  submit(c, op);
}

void sim_client::list_moves(std::size_t queue) {
  call& c = start(operation_kind::list_message_moves, queue);
  lane::operation& op = begin(c, scene_.plan.queues[queue].name);
  op.more = std::make_unique<lane::control>();
  submit(c, op);
}

void sim_client::of_move(const call& c, const instant& now, const completion& done) {
  move_book& book = scene_.moves;
  const bool starts = c.kind == operation_kind::start_message_move;
  if (done.status == errc::ok && starts) {
    book.started(c.move, now, done.moves.front());
  } else if (done.status == errc::ok && c.kind == operation_kind::cancel_message_move) {
    book.seen(c.queue, c.asked, now, done.moves.front());
  } else if (done.status == errc::ok) {
    book.listed(c.queue, c.asked, now, done.moves);
  } else if (starts && done.status != errc::journal_failed) {
    book.refused(c.move, now);
  }
  const bool decides = done.status == errc::ok && c.kind != operation_kind::list_message_moves;
  if (decides) scene_.durable_since(c.asked);
}

}  // namespace millrace::sim
