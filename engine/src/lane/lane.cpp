// The lane's loop: inbox, decide, journal, replies.
#include "lane/lane.hpp"

#include <algorithm>
#include <array>
#include <utility>

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
  const std::uint64_t released = released_;
  std::size_t done = turn(budget);
  parts_.log->offer(false);
  done += released_ - released;
  if (done != 0) ++counts_.polls;
  return done + (more_due_ ? 1 : 0);
}

/// Ends early when the journal has no room for what it may decide.
std::size_t lane::turn(std::size_t budget) noexcept {
  std::size_t done = 0;
  if (!flush()) return done;
  if (!stopped_) {
    queues_.set_log_epoch(parts_.log->epoch());
    // Transfers first: whoever knows the reply of the turn that sent them finds them arrived.
    done += move_transfers();
    if (!flush()) return done;  // what has just arrived may have expired: first its body is read
    // Time that stands still was moved on by somebody who wants to see all of it done.
    while (!queues_.pass_time(due_per_turn) && !parts_.clock->runs()) {
      if (!flush()) return done;
    }
  }
  done += take_operations(budget);
  // Before messages are freed: the journal must have read the bodies of this turn's sends.
  if (!flush() || stopped_) return done;
  more_due_ = !queues_.work(due_per_turn);
  carry();
  done += queues_.log().size();
  flush();
  return done;
}

std::size_t lane::take_operations(std::size_t budget) noexcept {
  std::size_t done = 0;
  if (!stalled_.empty() && !take_stalled(done)) return done;
  const std::size_t places = parts_.ports->size();
  for (std::size_t p = 0; p < places; ++p) {
    if (!take_from(parts_.ports->at(p), budget, done)) break;
  }
  return done;
}

/// False: the journal has no room; what was taken from the inbox is stalled.
bool lane::take_from(port& from, std::size_t budget, std::size_t& done) noexcept {
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
    for (std::size_t i = 0; i < n; ++i) {
      if (!may_execute()) {
        stalled_.insert(stalled_.end(), batch.begin() + static_cast<std::ptrdiff_t>(i),
                        batch.begin() + static_cast<std::ptrdiff_t>(n));
        return false;
      }
      execute(*batch[i]);
      ++done;
    }
    left -= n;
    if (n < ahead) break;
  }
  return true;
}

bool lane::take_stalled(std::size_t& done) noexcept {
  std::size_t next = 0;
  for (; next < stalled_.size() && may_execute(); ++next) execute(*stalled_[next]);
  done += next;
  stalled_.erase(stalled_.begin(), stalled_.begin() + static_cast<std::ptrdiff_t>(next));
  return stalled_.empty();
}

/// Makes room for one more operation's entries. False: the journal must get on first.
bool lane::may_execute() noexcept {
  return !queues_.log().nearly_full() || flush();
}

bool lane::work_waiting() const noexcept {
  const std::size_t places = parts_.ports->size();
  for (std::size_t p = 0; p < places; ++p) {
    if (!parts_.ports->at(p).inbox.empty()) return true;
  }
  return false;
}

bool lane::waits_for_journal() const noexcept {
  if (!outgoing_.empty() || !stalled_.empty() || queues_.log().size() != 0) return true;
  return std::any_of(replies_.begin(), replies_.end(),
                     [](const reply_list& l) { return l.first != nullptr; });
}

/// Whether to look again rather than sleep: somebody waits for the journal, and nobody would ring,
/// or it has not been for long: a sync takes about as long as it takes to be woken.
bool lane::stay_awake() noexcept {
  constexpr std::int64_t look_for_ns = 300'000;
  if (!waits_for_journal()) {
    waiting_since_ns_ = 0;
    return false;
  }
  if (!parts_.log->rings()) return true;
  const std::int64_t now = base::monotonic_ns();
  if (waiting_since_ns_ == 0) waiting_since_ns_ = now;
  return now - waiting_since_ns_ < look_for_ns;
}

bool lane::journal_moved() const noexcept {
  if (parts_.log->failed() != stopped_) return true;
  for (std::size_t i = 0; i < levels; ++i) {
    const operation* first = replies_[i].first;
    if (first != nullptr && first->wait_for <= parts_.log->reached(static_cast<durability>(i))) {
      return true;
    }
  }
  if (!outgoing_.empty() && may_leave(outgoing_.front())) return true;
  return !stopped_ && parts_.log->carry_wanted() > carried_ && carrying_ == 0;
}

bool lane::prepare_to_sleep() noexcept {
  if (more_due_ || carrying_ != 0 || stay_awake()) return false;
  parts_.log->offer(true);
  bell_.prepare_to_sleep();
  const bool stuck = !stalled_.empty() || queues_.log().size() != 0;
  const bool any = stuck ? parts_.log->admits() != journal::admission::closed
                         : work_waiting() || parts_.router->waiting(parts_.number);
  if (!any && !journal_moved()) return true;
  bell_.cancel();
  return false;
}

std::int64_t lane::next_ns() noexcept {
  if (waits_for_journal() && !parts_.log->rings()) return base::monotonic_ns();
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

void lane::reply(operation& op, durability level) noexcept {
  if (op.status != errc::ok) ++counts_.refused;
  op.next = nullptr;
  op.level = level;
  ++op.from->held;
  reply_list& list = replies_[static_cast<std::size_t>(level)];
  if (list.fresh == nullptr) list.fresh = &op;
  *list.end = &op;
  list.end = &op.next;
}

/// Hands the batch's decisions to the journal, then lets out what may leave. False: the journal has
/// no room, nothing more may be decided in this turn.
bool lane::flush() noexcept {
  admission_ = parts_.log->admits();
  const bool room = stopped_ || admission_ != journal::admission::closed;
  if (room) append();
  send_transfers();
  release_replies();
  if (closing_ != 0) close_ports();
  return room;
}

void lane::append() noexcept {
  queue::entry_log& log = queues_.log();
  if (log.size() != 0) {
    const durability highest = log.highest_level();
    const journal::position last = parts_.log->append(log.all());
    for (std::size_t i = 0; i <= static_cast<std::size_t>(highest); ++i) appended_[i] = last;
    log.clear();
    parts_.log->live_bytes(queues_.queues().live_bytes());
    admission_ = parts_.log->admits();
  }
  // A reply waits for all that was decided before it, were it only what it saw.
  for (std::size_t i = 0; i < levels; ++i) {
    operation*& fresh = replies_[i].fresh;
    for (; fresh != nullptr; fresh = fresh->next) fresh->wait_for = appended_[i];
  }
  for (queue::transfer_ptr& t : queues_.outbox()) outgoing_.push_back({std::move(t), appended_});
  queues_.outbox().clear();
}

/// A bounded step of carrying old state forward, when the journal wants to let go of its oldest
/// part.
void lane::carry() noexcept {
  constexpr std::size_t bytes_per_turn = 128 * 1024;
  const std::uint32_t wanted = parts_.log->carry_wanted();
  if (carrying_ == 0) {
    if (wanted <= carried_) return;
    carrying_ = wanted;
    queues_.begin_carry(wanted);
  }
  if (queues_.log().nearly_full() || !queues_.carry(bytes_per_turn)) {
    more_due_ = true;
    return;
  }
  if (!flush()) return;
  carried_ = std::exchange(carrying_, 0);
  parts_.log->carried(carried_);
}

bool lane::may_leave(const departure& d) const noexcept {
  for (std::size_t i = 0; i < levels; ++i) {
    if (d.wait_for[i] > parts_.log->reached(static_cast<durability>(i))) return false;
  }
  return true;
}

/// An effect waits like a reply: the target must not have what the source may still forget.
void lane::send_transfers() noexcept {
  while (!outgoing_.empty() && may_leave(outgoing_.front())) {
    if (!parts_.router->send(parts_.number, outgoing_.front().what)) return;
    outgoing_.pop_front();
  }
}

void lane::release_replies() noexcept {
  const std::uint64_t before = released_;
  // Failed first: what is durable after that was durable when the journal failed.
  const bool failed = parts_.log->failed();
  for (std::size_t i = 0; i < levels; ++i) {
    if (replies_[i].first != nullptr) {
      release_from(replies_[i], parts_.log->reached(static_cast<durability>(i)), failed);
    }
  }
  if (released_ == before) return;
  waiting_since_ns_ = 0;
  const std::size_t places = parts_.ports->size();
  for (std::size_t p = 0; p < places; ++p) {
    port& to = parts_.ports->at(p);
    if (!to.ring_due) continue;
    to.ring_due = false;
    to.client.ring();
  }
}

void lane::release_from(reply_list& list, journal::position reached, bool failed) noexcept {
  while (list.first != list.fresh && (failed || list.first->wait_for <= reached)) {
    operation* op = list.first;
    list.first = op->next;
    if (op->wait_for > reached) op->status = errc::journal_failed;
    port& to = *op->from;
    --to.held;
    to.ring_due = true;
    ++released_;
    const bool room = to.replies.push(op);
    MR_ASSERT(room);
  }
  if (list.first == nullptr) list.end = &list.first;
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
  carrying_ = 0;
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
  reply(op, op.level);
}

queue::delivery* lane::room(queue::waiter& w) noexcept { return operation_of(w).slot.deliveries; }

}  // namespace millrace::lane
