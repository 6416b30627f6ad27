// The parts of state that are not decisions: look-ups, the passing of time, and sweeping.
#include "queue/state.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"

namespace millrace::queue {

std::uint8_t slot_of(std::string_view queue_name) noexcept {
  constexpr std::uint64_t slot_seed = 0x6d696c6c72616365;  // fixed for ever
  return static_cast<std::uint8_t>(base::hash_bytes(queue_name, slot_seed) >> 56);
}

state::state(sync::arena& memory, base::time_ms now_ms)
    : messages_(memory), pages_(memory), timers_(now_ms), ages_(now_ms) {
  for (auto& s : slots_) s = std::make_unique<slot_state>(pages_);
}

state::~state() {
  const auto drop = [this](age_list& messages) {
    while (message* m = messages.pop_front()) sync::release(m->body.home);
  };
  by_uid_.for_each([&](queue_state& q) {
    drop(q.by_age);
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
  slot_state& s = *slots_[slot];
  if (!s.messages.reserve(s.next_sequence, use)) return false;
  if (spare_ == nullptr) spare_ = messages_.create(use);
  return spare_ != nullptr;
}

bool state::advance(base::time_ms now_ms, std::size_t budget) {
  return timers_.advance(now_ms, budget, [this](message& m) {
    queue_state& q = *m.owner;
    if (m.epoch != q.epoch) {  // purged: not counted any more, and out of the wheel now
      m.state = message_state::outgoing;
      return;
    }
    --(m.state == message_state::delayed ? q.delayed_count : q.in_flight_count);
    show(m);
  });
}

bool state::sweep(std::size_t budget) {
  while (queue_state* q = to_sweep_.front()) {
    while (message* m = q->doomed.front()) {
      if (budget-- == 0) return false;
      const bool in_wheel =
          m->state == message_state::delayed || m->state == message_state::in_flight;
      if (in_wheel) timers_.erase(*m);
      age_list::erase(*m);
      release(*m);
    }
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

void state::watch_age(queue_state& q) noexcept {
  const message* oldest = q.by_age.front();
  if (oldest == nullptr) return;
  const base::time_ms retention_ms = base::time_ms{q.attributes.message_retention_period} * 1000;
  ages_.insert(q, oldest->sent_at_ms + retention_ms);
}

}  // namespace millrace::queue
