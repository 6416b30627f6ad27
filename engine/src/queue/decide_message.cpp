// Decisions about messages: send, receive, delete, change visibility, expire.
#include "base/mutant.hpp"
#include "queue/carry.hpp"
#include "queue/decide.hpp"

namespace millrace::queue {
namespace {

constexpr base::time_ms visibility_total_ms = visibility_seconds_max * 1000;
constexpr std::int32_t moves_per_receive = 256;
constexpr std::int32_t passed_per_receive = 1024;

/// The message that a genuine handle of this queue names, or null when it is gone.
errc resolve(const context& c, const queue_state& q, const receipt_handle& handle, receipt& r,
             message*& m) {
  if (!open(c.limits.receipt_key, handle, r) || r.queue != q.uid) {
    return errc::receipt_handle_is_invalid;
  }
  m = c.now_state.find(q.slot(), r.sequence);
  // A dead letter belongs to its new queue; handles from before the move no longer name it.
  if (m != nullptr && m->owner != &q && !MR_MUTANT(receipt_outlives_move)) m = nullptr;
  return errc::ok;
}

void log_message_entry(const context& c, message& m, entry_kind kind) {
  journal::entry& e = c.log.add();
  auto& p = begin<message_payload>(e, kind, m.owner->slot(), c.now_ms);
  p.queue = m.owner->uid;
  p.sequence = m.sequence;
  e.subject = &m;
  const bool forgotten = kind == entry_kind::deleted && MR_MUTANT(delete_not_journaled);
  e.level = forgotten ? durability::memory : m.level;
}

/// Only where receives are counted for a redrive policy, or lock a group, must they outlive a
/// crash.
durability receive_level(const queue_state& q, const message& m) {
  const bool locks = q.fifo && !MR_MUTANT(lock_not_journaled);
  const bool counts = locks || !q.attributes.redrive.target_queue.empty();
  return counts && !MR_MUTANT(receive_not_journaled) ? m.level : durability::memory;
}

bool outlived(const queue_state& q, const message& m, base::time_ms now_ms) {
  return m.sent_at_ms + base::time_ms{q.attributes.message_retention_period} * 1000 <= now_ms;
}

bool goes_to_dead_letters(const queue_state& q, const message& m, base::time_ms now_ms) {
  const redrive_policy& policy = q.attributes.redrive;
  const std::int32_t most = policy.max_receive_count + (MR_MUTANT(one_receive_too_many) ? 1 : 0);
  return !policy.target_queue.empty() && m.receives_here >= most && now_ms >= q.redrive_again_ms;
}

/// A move to a queue of the same slot. A message that the log does not know is put into it whole.
void log_move(const context& c, message& m, queue_state& to, std::uint64_t nth) {
  const std::uint64_t order = c.now_state.slot(to.slot()).next_sequence + nth;
  if (m.level == durability::memory && to.attributes.level > durability::memory) {
    return log_message(c.log, c.now_state, m, {.at_ms = c.now_ms, .into = &to, .order = order});
  }
  journal::entry& e = c.log.add();
  if (to.fifo) {
    auto& p = begin<fifo_moved_payload>(e, entry_kind::fifo_moved, to.slot(), c.now_ms);
    p = {m.owner->uid, m.sequence, to.uid, order};
  } else {
    auto& p = begin<moved_payload>(e, entry_kind::moved, to.slot(), c.now_ms);
    p = {m.owner->uid, m.sequence, to.uid};
  }
  // In a replay the queue may have no name yet: its definition is carried behind this.
  const bytes_view name = as_bytes(m.owner->name);
  e.extra = c.log.keep({name.begin(), name.end()});
  e.subject = &m;
  e.object = &to;
  e.level = std::max<durability>(m.level, to.attributes.level);
}

/// False: the target is of this slot and does not exist, or of another type: the message stays.
bool log_dead_letter(const context& c, const queue_state& q, message& m, std::uint64_t nth) {
  const std::string& target = q.attributes.redrive.target_queue;
  if (target.ends_with(fifo_suffix) != q.fifo) return false;
  const std::uint8_t target_slot = slot_of(target);
  if (target_slot == q.slot()) {
    queue_state* to = c.now_state.find(target, base::hash_bytes(target));
    if (to != nullptr) log_move(c, m, *to, nth);
    return to != nullptr;
  }
  // At level disk whatever the message's: a number that came back would be taken for one known.
  journal::entry& e = c.log.add();
  auto& p = begin<transfer_out_payload>(e, entry_kind::transfer_out, q.slot(), c.now_ms);
  p.queue = q.uid;
  p.sequence = m.sequence;
  p.number = c.now_state.slot(q.slot()).last_sent(target_slot) + nth;
  p.target_slot = target_slot;
  // A copy: before the journal reads it, another command may change the queue.
  const bytes_view name = as_bytes(target);
  e.extra = c.log.keep({name.begin(), name.end()});
  e.subject = &m;
  if (MR_MUTANT(transfer_out_not_journaled)) e.level = durability::memory;
  return true;
}

void log_received(const context& c, const queue_state& q, message& m, base::time_ms visible_at) {
  journal::entry& e = c.log.add();
  auto& p = begin<received_payload>(e, entry_kind::received, q.slot(), c.now_ms);
  p.queue = q.uid;
  p.sequence = m.sequence;
  p.visible_at_ms = visible_at;
  p.receive_count = m.receive_count + 1;
  p.receives_here = std::min<std::uint32_t>(m.receives_here + 1U, receives_here_max);
  e.subject = &m;
  e.level = receive_level(q, m);
}

void log_visibility(const context& c, const queue_state& q, message& m, base::time_ms visible_at) {
  journal::entry& e = c.log.add();
  auto& p = begin<visibility_payload>(e, entry_kind::visibility_changed, q.slot(), c.now_ms);
  p.queue = q.uid;
  p.sequence = m.sequence;
  p.visible_at_ms = visible_at;
  e.subject = &m;
  e.level = receive_level(q, m);
}

/// Of a FIFO queue: whether that receipt is of the message's latest receive, and that one lasts.
bool holds(const message& m, const receipt& r) {
  return m.state == message_state::in_flight &&
         static_cast<std::uint32_t>(r.receive_count) == m.receive_count;
}

bool leaves_slot(const context& c) {
  return static_cast<entry_kind>(c.log.all().back().kind) == entry_kind::transfer_out;
}

/// The ready messages in the order in which a receive looks at them: as they became so; in a FIFO
/// queue group after group; in a fair one tenant after tenant.
class candidates {
 public:
  explicit candidates(const queue_state& q) noexcept : q_(q) {
    if (q.fair != nullptr) {
      enter(first_tenant(*q.fair));
    } else if (!q.fifo) {
      at_ = q.ready.front();
    } else if (const group* g = q.ready_groups.front()) {
      at_ = g->messages.front();
    }
  }
  [[nodiscard]] message* at() const noexcept { return at_; }
  void next() noexcept {
    if (q_.fair != nullptr) {
      at_ = list().after(*at_);
      if (at_ == nullptr) enter(tenant_after(*q_.fair, *tenant_));
    } else if (!q_.fifo) {
      at_ = q_.ready.after(*at_);
    } else {
      const auto& f = static_cast<const fifo_message&>(*at_);
      fifo_message* behind = f.in->messages.after(f);
      while (behind != nullptr && behind->state == message_state::in_flight &&
             MR_MUTANT(lock_passed)) {
        behind = f.in->messages.after(*behind);
      }
      if (behind == nullptr || behind->state != message_state::ready) return next_group();
      at_ = behind;
    }
  }
  /// Of a FIFO queue.
  void next_group() noexcept {
    const group* next = q_.ready_groups.after(*static_cast<const fifo_message&>(*at_).in);
    at_ = next == nullptr ? nullptr : next->messages.front();
  }

 private:
  void enter(const tenant* t) noexcept {
    tenant_ = t;
    at_ = t == nullptr ? nullptr : list().front();
  }
  [[nodiscard]] const ready_list& list() const noexcept {
    return tenant_ == &q_.fair->rest ? q_.ready : tenant_->ready;
  }

  const queue_state& q_;
  const tenant* tenant_ = nullptr;
  message* at_ = nullptr;
};

}  // namespace

message* first_candidate(const queue_state& q) { return candidates(q).at(); }

errc decide_send(const context& c, const queue_state& q, const send_args& args, base::random& ids) {
  if (args.bytes > q.attributes.maximum_message_size) return errc::message_too_long;
  if (args.delay_seconds < -1 || args.delay_seconds > delay_seconds_max) return errc::invalid_delay;
  const std::int32_t delay =
      args.delay_seconds >= 0 ? args.delay_seconds : q.attributes.delay_seconds;
  journal::entry& e = c.log.add();
  auto& p = begin<sent_payload>(e, args.grouped ? entry_kind::grouped_sent : entry_kind::sent,
                                q.slot(), c.now_ms);
  p.queue = q.uid;
  p.sequence = c.now_state.slot(q.slot()).next_sequence;
  p.id = random_id(ids);
  p.visible_at_ms = c.after(delay);
  e.body = args.body;
  e.room = args.roomy ? sent_room : 0;
  e.level = q.attributes.level;
  e.object = const_cast<queue_state*>(&q);
  return errc::ok;
}

errc decide_receive(const context& c, const queue_state& q, std::int32_t max,
                    std::int32_t visibility_timeout, const sampled_hosts& hosts) {
  if (max < 1 || max > batch_entries_max) return errc::invalid_max_messages;
  if (visibility_timeout < 0 || visibility_timeout > visibility_seconds_max) {
    return errc::invalid_visibility_timeout;
  }
  const base::time_ms visible_at =
      c.after(visibility_timeout) - (MR_MUTANT(visible_one_ms_early) ? 1 : 0);
  std::int32_t taken = 0;
  std::int32_t gone = 0;
  std::int32_t passed = 0;
  const group* held = nullptr;  // a message of it is on its way to another slot, and may come back
  bool waits = false;           // what comes next in that group, until it is settled
  for (candidates ready(q);
       ready.at() != nullptr && taken < max && gone < moves_per_receive && !c.log.has_many_bytes();
       waits ? ready.next_group() : ready.next()) {
    message* m = ready.at();
    waits = false;
    if (!hosts.have(m->sequence)) {
      if (++passed == passed_per_receive) break;
      continue;
    }
    if (outlived(q, *m, c.now_ms)) {
      log_message_entry(c, *m, entry_kind::expired);
      ++gone;
      continue;
    }
    if (goes_to_dead_letters(q, *m, c.now_ms) &&
        log_dead_letter(c, q, *m, static_cast<std::uint64_t>(gone) + 1)) {
      ++gone;
      if (q.fifo && leaves_slot(c)) held = static_cast<fifo_message*>(m)->in;
      continue;
    }
    waits = q.fifo && held == static_cast<fifo_message*>(m)->in;
    if (waits) continue;
    if (q.in_flight_count + static_cast<std::uint64_t>(taken) >= c.limits.in_flight_max) {
      return taken == 0 ? errc::over_limit : errc::ok;
    }
    log_received(c, q, *m, visible_at);
    ++taken;
  }
  return errc::ok;
}

errc decide_delete(const context& c, const queue_state& q, const receipt_handle& handle) {
  receipt r;
  message* m = nullptr;
  if (const errc e = resolve(c, q, handle, r, m); e != errc::ok) return e;
  // An outgoing one as well: should it come back, it must not be delivered here any more.
  if (m == nullptr) return errc::ok;
  if (q.fifo && !holds(*m, r)) return errc::receipt_handle_expired;
  log_message_entry(c, *m, entry_kind::deleted);
  return errc::ok;
}

errc decide_visibility(const context& c, const queue_state& q, const receipt_handle& handle,
                       std::int32_t visibility_timeout) {
  if (visibility_timeout < 0 || visibility_timeout > visibility_seconds_max) {
    return errc::invalid_visibility_timeout;
  }
  receipt r;
  message* m = nullptr;
  if (const errc e = resolve(c, q, handle, r, m); e != errc::ok) return e;
  if (m == nullptr || m->state == message_state::outgoing) return errc::message_does_not_exist;
  // Of a standard queue any receipt will do, as at AWS, whoever has received it since.
  if (q.fifo && !holds(*m, r)) return errc::message_not_in_flight;
  const base::time_ms visible_at = c.after(visibility_timeout);
  // Whole seconds, so that 12 h may still be asked for right after the receive. A receive that was
  // not journaled is forgotten by a restart, and nobody knows when it was.
  if (m->received != 0 && visible_at >= m->received_at_ms() + visibility_total_ms + 1000) {
    return errc::invalid_visibility_timeout;
  }
  // Expired but not received again: AWS answers 200 and hides it once more; 0 leaves it visible.
  if (m->state == message_state::ready && visibility_timeout == 0) return errc::ok;
  log_visibility(c, q, *m, visible_at);
  return errc::ok;
}

errc decide_repeat(const context& c, const queue_state& q, const attempt& before,
                   std::int32_t visibility_timeout) {
  if (visibility_timeout < 0 || visibility_timeout > visibility_seconds_max) {
    return errc::invalid_visibility_timeout;
  }
  std::array<message*, batch_entries_max> given;
  for (std::size_t i = 0; i < before.count; ++i) {
    message* m = given[i] = c.now_state.find(q.slot(), before.sequences[i]);
    const bool as_left = m != nullptr && m->owner == &q && m->state == message_state::in_flight &&
                         m->receive_count == before.receive_counts[i] &&
                         m->deadline_ms == before.visible_at_ms;
    if (!as_left) return errc::receive_attempt_over;
  }
  if (MR_MUTANT(attempt_not_hidden)) visibility_timeout = 0;
  for (std::size_t i = 0; i < before.count; ++i) {
    log_visibility(c, q, *given[i], c.after(visibility_timeout));
  }
  return errc::ok;
}

void decide_expiry(const context& c, const queue_state& q, std::size_t max) {
  for (message* m = q.by_age.front(); m != nullptr && max > 0; m = q.by_age.after(*m), --max) {
    if (!outlived(q, *m, c.now_ms)) return;
    log_message_entry(c, *m, entry_kind::expired);
  }
}

}  // namespace millrace::queue
