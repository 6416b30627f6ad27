// What a lane and its journal have to do with each other: decisions go in, replies and transfers
// leave when they may, and old state is carried forward.
#include <utility>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "lane/lane.hpp"

namespace millrace::lane {

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
/// no room, nothing more may be decided in this turn, though what was may have been appended.
bool lane::flush() noexcept {
  admission_ = parts_.log->admits();
  const bool room = stopped_ || admission_ != journal::admission::closed;
  if (room) append();
  send_transfers();
  if (!notices_.empty()) send_notices();
  release_replies();
  if (closing_ != 0) close_ports();
  return room && (stopped_ || admission_ != journal::admission::held);
}

void lane::append() noexcept {
  queue::entry_log& log = queues_.log();
  if (log.size() != 0) {
    const durability highest = log.highest_level();
    const journal::position last = std::exchange(log_is_carried_, false)
                                       ? parts_.log->append_carried(log.all())
                                       : parts_.log->append(log.all());
    for (std::size_t i = 0; i <= static_cast<std::size_t>(highest); ++i) appended_[i] = last;
    log.clear();
    parts_.log->live(live());
    admission_ = parts_.log->admits();
  }
  // A reply waits for all that was decided before it, were it only what it saw.
  for (std::size_t i = 0; i < levels; ++i) {
    operation*& fresh = replies_[i].fresh;
    for (; fresh != nullptr; fresh = fresh->next) fresh->wait_for = appended_[i];
  }
  mark_tails();
  for (queue::transfer_ptr& t : queues_.outbox()) outgoing_.push_back({std::move(t), appended_});
  queues_.outbox().clear();
  if (!fresh_notices_.empty()) place_notices();
}

void lane::place_notices() {
  for (const notice& n : fresh_notices_) notices_.push_back({n, appended_});
  fresh_notices_.clear();
}

bool lane::append_all() noexcept {
  if (queues_.log().size() != 0) flush();
  return queues_.log().size() == 0;
}

/// A bounded step of carrying old state forward, when the journal wants to let go of its oldest
/// part.
void lane::carry() noexcept {
  constexpr std::size_t bytes_per_turn = 128 * 1024;
  const std::uint32_t wanted = parts_.log->carry_wanted();
  if (wanted <= carried_) {
    carrying_ = 0;
    return;
  }
  if (carrying_ == 0 || wanted < carrying_) {  // less than before: what was carried stays so
    carrying_ = wanted;
    queues_.begin_carry(wanted);
    streams_.begin_carry(wanted);
    topics_.begin_carry(wanted);
  }
  if (!append_all() || !may_carry()) return;  // until the keeper has found some room
  const bool done = queues_.carry(bytes_per_turn) && streams_.carry(bytes_per_turn) &&
                    topics_.carry(bytes_per_turn);
  log_is_carried_ = queues_.log().size() != 0;
  if (!done) {
    more_due_ = true;
    return;
  }
  if (!append_all()) return;
  carried_ = std::exchange(carrying_, 0);
  parts_.log->carried(carried_);
}

bool lane::may_leave(const positions& wait_for) const noexcept {
  for (std::size_t i = 0; i < levels; ++i) {
    if (MR_MUTANT(transfer_sent_unsynced)) break;
    if (wait_for[i] > parts_.log->reached(static_cast<durability>(i))) return false;
  }
  return true;
}

/// An effect waits like a reply: the target must not have what the source may still forget.
void lane::send_transfers() noexcept {
  while (!outgoing_.empty() && may_leave(outgoing_.front().wait_for)) {
    if (!parts_.router->send(parts_.number, outgoing_.front().what)) return;
    outgoing_.pop_front();
  }
}

void lane::mark_tails() {
  for (std::shared_ptr<stream::shard_tail>& t : streams_.fresh_tails()) {
    t->mark(appended_[static_cast<std::size_t>(t->level())]);
    tails_.push_back(std::move(t));
  }
  streams_.fresh_tails().clear();
}

/// Cursors see a record as soon as it may be answered for, and before its answer.
void lane::publish_tails() {
  std::erase_if(tails_, [this](const std::shared_ptr<stream::shard_tail>& t) {
    return t->publish(parts_.log->reached(t->level()));
  });
}

void lane::release_replies() noexcept {
  const std::uint64_t before = released_;
  if (!tails_.empty()) publish_tails();
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
    if (op->wait_for > reached && !MR_MUTANT(acked_after_failure))
      op->status = errc::journal_failed;
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

}  // namespace millrace::lane
