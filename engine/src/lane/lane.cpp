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
      streams_(*parts.memory, parts_.stream_limits, queues_.log(), *this, queues_.time()),
      topics_(*parts.memory, parts_.topic_limits, queues_.log(), random_, *this, queues_.time()),
      writer_(*parts.blocks),
      bell_(parts.external) {}

std::size_t lane::poll(std::size_t budget) noexcept {
  const sync::exclusive::guard inside(polled_);
  const base::time_ns now = parts_.clock->now();
  queues_.set_time(now);
  streams_.set_time(now);
  topics_.set_time(now, queues_.time());
  if (!stopped_ && parts_.log->failed()) stop_after_failure();
  const std::uint64_t released = released_;
  std::size_t done = turn(budget);
  done += released_ - released;
  const bool idle = done == 0 && !more_due_;
  parts_.log->offer(idle ? journal::turn_end::idle : journal::turn_end::busy);
  if (done != 0) ++counts_.polls;
  return done + (more_due_ ? 1 : 0);
}

/// Ends early when the journal has no room for what it may decide.
std::size_t lane::turn(std::size_t budget) noexcept {
  std::size_t done = 0;
  if (!flush()) return carry_only();
  if (!stopped_) {
    take_log_epoch();
    // Transfers first: whoever knows the reply of the turn that sent them finds them arrived.
    done += move_transfers();
    if (parts_.lanes > 1) done += take_notices();
    if (!refused_for_now_.empty()) retry_deliveries();
    if (topics_.next_delivery() != nullptr) route_deliveries();
    if (!flush()) return done;  // what has just arrived may have expired: first its body is read
    // Time that stands still was moved on by somebody who wants to see all of it done.
    while (!pass_time() && !parts_.clock->runs()) {
      if (!flush()) return done;
    }
  }
  done += take_operations(budget);
  // Before messages are freed: the journal must have read the bodies of this turn's sends.
  if (!flush() || stopped_) return done;
  topics_.free_done();
  queues_.set_may_grow(admission_ == journal::admission::open);
  more_due_ = !queues_.work(due_per_turn);
  more_due_ |= !streams_.work(due_per_turn);
  carry();
  done += queues_.log().size();
  flush();
  return done;
}

/// What makes room goes on while all else waits for that.
std::size_t lane::carry_only() noexcept {
  if (stopped_ || admission_ != journal::admission::held) return 0;
  more_due_ = false;
  take_log_epoch();
  carry();
  const std::size_t done = queues_.log().size();
  flush();
  return done;
}

void lane::take_log_epoch() noexcept {
  const std::uint32_t epoch = parts_.log->epoch();
  queues_.set_log_epoch(epoch);
  streams_.set_log_epoch(epoch);
  topics_.set_log_epoch(epoch);
}

/// True: nothing is due any more.
bool lane::pass_time() noexcept {
  const bool queues_done = queues_.pass_time(due_per_turn);
  const bool topics_done = topics_.pass_time(due_per_turn);
  return streams_.pass_time(due_per_turn) && topics_done && queues_done;
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
      if (!may_execute() || !execute(*batch[i])) {
        stalled_.insert(stalled_.end(), batch.begin() + static_cast<std::ptrdiff_t>(i),
                        batch.begin() + static_cast<std::ptrdiff_t>(n));
        return false;
      }
      ++done;
    }
    left -= n;
    if (n < ahead) break;
  }
  return true;
}

bool lane::take_stalled(std::size_t& done) noexcept {
  std::size_t next = 0;
  while (next < stalled_.size() && may_execute() && execute(*stalled_[next])) ++next;
  done += next;
  stalled_.erase(stalled_.begin(), stalled_.begin() + static_cast<std::ptrdiff_t>(next));
  return stalled_.empty();
}

/// Makes room for one more operation's entries. False: the journal must get on first. In pieces, so
/// that it writes the first ones while the rest is decided, and reads bodies while they are warm.
bool lane::may_execute() noexcept {
  constexpr std::size_t piece_bytes = 128 * 1024;
  const queue::entry_log& log = queues_.log();
  return (log.bytes() < piece_bytes && !log.nearly_full()) || flush();
}

bool lane::work_waiting() const noexcept {
  const std::size_t places = parts_.ports->size();
  for (std::size_t p = 0; p < places; ++p) {
    if (!parts_.ports->at(p).inbox.empty()) return true;
  }
  return false;
}

bool lane::waits_for_journal() const noexcept {
  if (!outgoing_.empty() || !notices_.empty() || !stalled_.empty() || queues_.log().size() != 0)
    return true;
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
  if (!outgoing_.empty() && may_leave(outgoing_.front().wait_for)) return true;
  if (!notices_.empty() && may_leave(notices_.front().wait_for)) return true;
  return !stopped_ && parts_.log->carry_wanted() > carried_ && carrying_ == 0;
}

bool lane::prepare_to_sleep() noexcept {
  if (more_due_ || (carrying_ != 0 && may_carry()) || stay_awake()) return false;
  parts_.log->offer(journal::turn_end::asleep);
  bell_.prepare_to_sleep();
  const bool any = !stalled_.empty() || topics_.next_delivery() != nullptr ||
                   queues_.log().size() != 0 || work_waiting() ||
                   parts_.router->waiting(parts_.number);
  if (any || carrying_ != 0) admission_ = parts_.log->admits();
  if (!(any && may_decide()) && !(carrying_ != 0 && may_carry()) && !journal_moved()) return true;
  bell_.cancel();
  return false;
}

std::int64_t lane::next_ns() noexcept {
  if (waits_for_journal() && !parts_.log->rings()) return base::monotonic_ns();
  base::time_ms next = std::min({queues_.next_ms(), streams_.next_ms(), topics_.next_ms()});
  if (!refused_for_now_.empty()) next = std::min(next, deliver_again_ms_);
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

/// Fail-stop: the state has run ahead of what was kept, so it is not shown nor changed any more.
void lane::stop_after_failure() noexcept {
  stopped_ = true;
  more_due_ = false;
  carrying_ = 0;
  outgoing_.clear();
  notices_.clear();
  fresh_notices_.clear();
  while (!publishing_.empty()) end_waiting(*publishing_.back(), errc::journal_failed);
  topics_.forget(nullptr);
  queues_.release_waiters(errc::journal_failed);
  streams_.release_waiters(errc::journal_failed);
  streams_.retire_tails();
}

void lane::answered(queue::waiter& w, errc status, std::size_t deliveries) noexcept {
  operation& op = operation_of(w);
  op.parked = false;
  --parked_;
  op.status = status;
  op.count = static_cast<std::uint8_t>(deliveries);
  counts_.messages_received += deliveries;
  if (status == errc::ok && deliveries == 0) ++counts_.empty_receives;
  wait_for_messages(op);
  reply(op, op.level);
}

queue::delivery* lane::room(queue::waiter& w) noexcept { return operation_of(w).slot.deliveries; }

}  // namespace millrace::lane
