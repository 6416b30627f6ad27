// The parts of state that are not decisions: look-ups, the passing of time, and sweeping.
#include "queue/state.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "base/mutant.hpp"

namespace millrace::queue {

std::uint8_t slot_of(std::string_view queue_name) noexcept { return base::slot_of(queue_name); }

state::state(sync::arena& memory, base::time_ms now_ms)
    : messages_(memory),
      fifo_(memory),
      fair_(memory),
      pages_(memory),
      timers_(now_ms),
      ages_(now_ms) {
  for (auto& s : slots_) s = std::make_unique<slot_state>(pages_);
}

state::~state() {
  const auto drop = [](age_list& messages) {
    while (message* m = messages.pop_front()) {
      if (m->body) sync::release(m->body.home);
    }
  };
  by_uid_.for_each([&](queue_state& q) {
    drop(q.by_age);
    drop(q.leaving);
    drop(q.doomed);
    if (q.to_be_swept()) base::list<queue_state, sweep_tag>::erase(q);
    delete &q;
  });
  while (queue_state* q = to_sweep_.pop_front()) {
    drop(q->doomed);
    delete q;
  }
}

queue_state* state::find(std::string_view name, std::uint64_t hash) const noexcept {
  return by_hash_.find(hash, [&](const queue_state& q) { return q.name == name; });
}

queue_state* state::find(std::uint64_t uid) const noexcept { return by_uid_.find(uid); }

message* state::find(std::uint8_t slot, std::uint64_t sequence) const noexcept {
  message* m = slots_[slot]->messages.find(sequence);
  return m != nullptr && m->epoch == m->owner->epoch ? m : nullptr;
}

bool state::reserve_message(std::uint8_t slot, sync::allocation_class use) noexcept {
  return reserve(slot, slots_[slot]->next_sequence, use);
}

bool state::reserve_fifo_message(std::uint8_t slot, sync::allocation_class use) noexcept {
  return slots_[slot]->messages.reserve(slots_[slot]->next_sequence, use) && fifo_.reserve(use);
}

bool state::reserve(std::uint8_t slot, std::uint64_t sequence,
                    sync::allocation_class use) noexcept {
  if (!slots_[slot]->messages.reserve(sequence, use)) return false;
  if (spare_ == nullptr) spare_ = messages_.create(use);
  return spare_ != nullptr;
}

bool state::advance(base::time_ms now_ms, std::size_t budget) {
  const bool forgotten = fifo_.advance(now_ms, budget);
  return timers_.advance(now_ms, budget, [this](message& m) {
    queue_state& q = *m.owner;
    if (m.epoch != q.epoch) {  // purged: not counted any more, and out of the wheel now
      m.state = message_state::outgoing;
      return;
    }
    const bool flew = m.state == message_state::in_flight;
    --(flew ? q.in_flight_count : q.delayed_count);
    if (flew && q.fair != nullptr) count_in_flight(m, false);
    if (q.fifo && MR_MUTANT(expired_goes_last)) {
      auto& f = static_cast<fifo_message&>(m);
      base::list<fifo_message, group_tag>::erase(f);
      f.in->messages.push_back(f);
    }
    show(m);
  }) && forgotten;
}

std::size_t state::free_doomed(queue_state& q, std::size_t max) noexcept {
  std::size_t freed = 0;
  for (; freed < max; ++freed) {
    message* m = q.doomed.pop_front();
    if (m == nullptr) break;
    if (m->state == message_state::delayed || m->state == message_state::in_flight) {
      timers_.erase(*m);
    }
    release(*m);
  }
  return freed;
}

bool state::sweep(std::size_t budget) {
  while (queue_state* q = to_sweep_.front()) {
    budget -= free_doomed(*q, budget);
    if (!q->doomed.empty()) return false;
    base::list<queue_state, sweep_tag>::erase(*q);
    if (q->deleted) delete q;
  }
  return true;
}

void state::serve_later(queue_state& q) noexcept {
  if (!q.to_be_served()) to_serve_.push_back(q);
}

void state::sweep_later(queue_state& q) noexcept {
  if (!q.to_be_swept()) to_sweep_.push_back(q);
}

/// Sends come in order of time and go to the end at once. A dead letter keeps the time of its send:
/// its place is looked for among the `steps` newest and oldest, and if it lies between them, it
/// stands somewhat late. Until its turn comes it is counted, but never handed out when outlived.
void state::insert_by_age(queue_state& q, message& m) noexcept {
  constexpr int steps = 32;
  message* last = q.by_age.back();
  for (int i = 0; i < steps && last != nullptr && last->sent_at_ms > m.sent_at_ms; ++i) {
    last = q.by_age.before(*last);
  }
  if (last == nullptr) return q.by_age.push_front(m);
  if (last->sent_at_ms <= m.sent_at_ms) return q.by_age.insert_behind(*last, m);
  message* older = nullptr;
  message* first = q.by_age.front();
  for (int i = 0; i < steps && first->sent_at_ms <= m.sent_at_ms; ++i) {
    older = first;
    first = q.by_age.after(*first);
  }
  if (older == nullptr) return q.by_age.push_front(m);
  if (first->sent_at_ms > m.sent_at_ms) return q.by_age.insert_behind(*older, m);
  q.by_age.insert_behind(*last, m);
}

void state::watch_age(queue_state& q) noexcept {
  if (q.age_watched()) ages_.erase(q);
  const message* oldest = q.by_age.front();
  if (oldest == nullptr) return;
  const base::time_ms retention_ms = base::time_ms{q.attributes.message_retention_period} * 1000;
  ages_.insert(q, oldest->sent_at_ms + retention_ms);
}

}  // namespace millrace::queue
