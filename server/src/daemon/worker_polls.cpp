// The worker's tickets and calls, and what becomes of polls that wait: see ticket.hpp.
#include "daemon/worker.hpp"

namespace millrace::daemon {
namespace {

/// Folds in one turn, which take a few microseconds each.
constexpr int folds_max = 128;
/// Kept for others when a poll is folded or the worker is idle; of buffers, of each kind.
constexpr std::size_t calls_kept = 64;
constexpr std::size_t buffers_kept = 64;

}  // namespace

ticket& worker::take_ticket() {
  if (free_tickets_.empty()) {
    tickets_.push_back(std::make_unique<ticket>());
    free_tickets_.push_back(tickets_.back().get());
  }
  ticket& t = *free_tickets_.back();
  free_tickets_.pop_back();
  return t;
}

void worker::give_back(ticket& t) {
  if (t.cancelled) tell_gone(t);
  if (t.call != nullptr) spare_call(t);
  t.state.reset();
  t.cancelled = false;
  t.paused = false;
  free_tickets_.push_back(&t);
}

/// A call for what the ticket's client has asked.
aws::call& worker::make_call(ticket& t) {
  auto& free = free_calls_[t.service];
  if (free.empty()) {
    free.push_back(services()[t.service]->make_call());
    free.back()->context = &context_;
  }
  t.call = std::move(free.back());
  free.pop_back();
  aws::call& call = *t.call;
  call.request = &t.from.message();
  call.out = &t.from.out();
  call.operation = t.operation;
  call.wire = t.wire;
  call.token = t.token();
  call.secure = t.from.on->tls != nullptr;
  call.head = head_for(t.from, t.wire);
  call.head.request_id = {t.request_id, sizeof t.request_id};
  return call;
}

void worker::spare_call(ticket& t) {
  t.call->reset();
  free_calls_[t.service].push_back(std::move(t.call));
}

/// Memory that only a burst needs.
void worker::trim() {
  for (auto& free : free_calls_) {
    if (free.size() > calls_kept) free.resize(calls_kept);
  }
  shelf_.trim(buffers_kept);
}

/// Folds those that have waited for a while, some in a turn. True: there are more.
bool worker::fold_polls() {
  if (waiting_.empty()) return false;
  waiting_.pass_time(engine::monotonic_ns());
  for (int folds = 0; folds < folds_max; ++folds) {
    ticket* t = waiting_.long_waiting();
    if (t == nullptr) return false;
    waiting_.remove(*t);
    fold(*t);
  }
  return waiting_.long_waiting() != nullptr;
}

void worker::fold(ticket& t) {
  t.state = std::move(t.call->stream);
  spare_call(t);
  auto& free = free_calls_[t.service];
  if (free.size() > calls_kept) free.pop_back();
  if (t.from.stream != nullptr) return t.from.stream->fit();
  connection& c = *t.from.on;
  c.in.fit();
  static_cast<void>(c.parser.parse(c.in));  // points the message at the moved bytes
  shelf_.put(c.out);
}

/// Its call as it was before fold().
void worker::unfold(ticket& t) {
  make_call(t).stream = std::move(t.state);
  t.does->reread(*t.call);
}

}  // namespace millrace::daemon
