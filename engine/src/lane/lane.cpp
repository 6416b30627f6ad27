// The lane's loop: inbox, decide, journal, replies.
#include "lane/lane.hpp"

#include <array>

#include "base/assert.hpp"

namespace millrace::lane {
namespace {

constexpr std::size_t due_per_turn = 512;
constexpr std::size_t ahead = 32;  // operations whose lines are fetched before they are needed

}  // namespace

lane::lane(const lane_parts& parts)
    : parts_(parts),
      random_(parts.seed),
      queues_(*parts.memory, parts_.limits, random_, *this, base::to_ms(parts.clock->now())),
      bell_(parts.external) {}

std::size_t lane::poll(std::size_t budget) noexcept {
  const sync::exclusive::guard inside(polled_);
  queues_.set_time(parts_.clock->now());
  if (!stopped_ && parts_.log->failed()) stop_after_failure();
  // Transfers first: whoever knows the reply of the turn that sent them finds them arrived.
  std::size_t done = stopped_ ? 0 : move_transfers();
  if (!stopped_) {
    flush();  // what has just arrived may have expired: first the journal reads its body
    // Time that stands still was moved on by somebody who wants to see all of it done.
    while (!queues_.pass_time(due_per_turn) && !parts_.clock->runs()) flush();
  }
  done += take_operations(budget);
  const std::uint64_t released = released_;
  // Before messages are freed: the journal must have read the bodies of this turn's sends.
  flush();
  if (!stopped_) {
    more_due_ = !queues_.work(due_per_turn);
    done += queues_.log().size();
    flush();
  }
  done += released_ - released;
  if (done != 0) ++counts_.polls;
  return done + (more_due_ ? 1 : 0);
}

std::size_t lane::take_operations(std::size_t budget) noexcept {
  std::size_t done = 0;
  const std::size_t places = parts_.ports->size();
  for (std::size_t p = 0; p < places; ++p) {
    port& from = parts_.ports->at(p);
    std::array<operation*, ahead> batch;
    std::size_t left = budget;
    while (left != 0) {
      const std::size_t n = from.inbox.pop(std::span(batch).first(std::min(left, ahead)));
      for (std::size_t i = 0; i < n; ++i) {
        const auto* line = reinterpret_cast<const char*>(batch[i]);
        // For writing: the reply goes where the request came.
        __builtin_prefetch(line, 1);
        __builtin_prefetch(line + 64);
        __builtin_prefetch(reinterpret_cast<const char*>(&batch[i]->slot), 1);
      }
      for (std::size_t i = 0; i < n; ++i) execute(*batch[i]);
      done += n;
      left -= n;
      if (n < ahead) break;
    }
  }
  return done;
}

bool lane::work_waiting() const noexcept {
  const std::size_t places = parts_.ports->size();
  for (std::size_t p = 0; p < places; ++p) {
    if (!parts_.ports->at(p).inbox.empty()) return true;
  }
  return false;
}

bool lane::prepare_to_sleep() noexcept {
  // Nothing rings when the journal gets on: as long as something waits for it, stay awake.
  if (more_due_ || !outgoing_.empty() || replies_ != nullptr) return false;
  bell_.prepare_to_sleep();
  if (!work_waiting() && !parts_.router->waiting(parts_.number)) return true;
  bell_.cancel();
  return false;
}

std::int64_t lane::next_ns() noexcept {
  if (!outgoing_.empty() || replies_ != nullptr) return base::monotonic_ns();
  const base::time_ms next = queues_.next_ms();
  if (next == INT64_MAX) return INT64_MAX;
  const base::time_ns now = parts_.clock->now();
  const std::int64_t wait = next * base::ns_per_ms - now;
  if (wait > 0 && !parts_.clock->runs()) return INT64_MAX;
  return base::monotonic_ns() + std::max<std::int64_t>(wait, 0);
}

std::size_t lane::move_transfers() noexcept {
  std::size_t done = 0;
  while (!queues_.log().nearly_full()) {
    queue::transfer_ptr t = parts_.router->take(parts_.number);
    if (t == nullptr) break;
    queues_.arrive(std::move(t));
    ++done;
  }
  return done;
}

void lane::reply(operation& op) noexcept {
  if (op.status != errc::ok) ++counts_.refused;
  op.next = nullptr;
  ++op.from->held;
  if (fresh_ == nullptr) fresh_ = &op;
  *replies_end_ = &op;
  replies_end_ = &op.next;
}

/// Hands the batch's decisions to the journal, then lets out what may leave.
void lane::flush() noexcept {
  queue::entry_log& log = queues_.log();
  if (log.size() != 0) {
    appended_ = parts_.log->append(log.all());
    log.clear();
  }
  // A reply waits for all that was decided before it, were it only what it saw.
  for (; fresh_ != nullptr; fresh_ = fresh_->next) fresh_->wait_for = appended_;
  for (queue::transfer_ptr& t : queues_.outbox()) outgoing_.push_back({std::move(t), appended_});
  queues_.outbox().clear();
  send_transfers();
  release_replies();
  if (closing_ != 0) close_ports();
}

/// An effect waits like a reply: the target must not have what the source may still forget.
void lane::send_transfers() noexcept {
  while (!outgoing_.empty() && outgoing_.front().wait_for <= parts_.log->reached(durability::disk)) {
    if (!parts_.router->send(parts_.number, outgoing_.front().what)) return;
    outgoing_.pop_front();
  }
}

void lane::release_replies() noexcept {
  if (replies_ == nullptr) return;
  // Failed first: what is durable after that was durable when the journal failed.
  const bool failed = parts_.log->failed();
  const journal::position durable = parts_.log->reached(durability::disk);
  const std::uint64_t before = released_;
  while (replies_ != nullptr && (failed || replies_->wait_for <= durable)) {
    operation* op = replies_;
    replies_ = op->next;
    if (op->wait_for > durable) op->status = errc::journal_failed;
    port& to = *op->from;
    --to.held;
    to.ring_due = true;
    ++released_;
    const bool room = to.replies.push(op);
    MR_ASSERT(room);
  }
  if (replies_ == nullptr) replies_end_ = &replies_;
  if (released_ == before) return;
  const std::size_t places = parts_.ports->size();
  for (std::size_t p = 0; p < places; ++p) {
    port& to = parts_.ports->at(p);
    if (!to.ring_due) continue;
    to.ring_due = false;
    to.client.ring();
  }
}

/// A closing client's port is let go of when no reply of it is under way any more.
void lane::close_ports() noexcept {
  const std::size_t places = parts_.ports->size();
  for (std::size_t p = 0; p < places; ++p) {
    port& from = parts_.ports->at(p);
    if (from.closing == nullptr || from.held != 0) continue;
    from.closing = nullptr;
    --closing_;
    from.closed.set();
  }
}

/// Fail-stop: the state has run ahead of what was kept, so it is not shown nor changed any more.
void lane::stop_after_failure() noexcept {
  stopped_ = true;
  more_due_ = false;
  outgoing_.clear();
  queues_.release_waiters(errc::journal_failed);
}

void lane::answered(queue::waiter& w, errc status, std::size_t deliveries) noexcept {
  operation& op = operation_of(w);
  op.parked = false;
  --parked_;
  op.status = status;
  op.count = static_cast<std::uint8_t>(deliveries);
  counts_.messages_received += deliveries;
  if (status == errc::ok && deliveries == 0) ++counts_.empty_receives;
  reply(op);
}

queue::delivery* lane::room(queue::waiter& w) noexcept { return operation_of(w).slot.deliveries; }

}  // namespace millrace::lane
