// The parts of evolve that take in what was published to topics.
#include <cstring>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "queue/state.hpp"

namespace millrace::queue {

void state::deliver(const journal::entry& e) {
  const auto& p = e.as<delivered_payload>();
  take_delivery(e.slot, {p.number, p.settled_below, p.source_slot});
  queue_state* q = object(e, p.queue);
  if (q == nullptr) return;
  message& m = add_message(*q, p.sequence, p.id, e.body, e.at_ms, e.level);
  if (p.grouped != 0) join_tenant(m);
  if (p.visible_at_ms > e.at_ms) return hide(m, message_state::delayed, p.visible_at_ms);
  show(m);
}

void state::fifo_deliver(const journal::entry& e) {
  take_delivery(e);
  fifo_send(e);
}

void state::take_delivery(const journal::entry& e) {
  delivery_number p;
  MR_ASSERT(e.extra.size() == sizeof p);
  std::memcpy(&p, e.extra.data(), sizeof p);
  take_delivery(e.slot, p);
}

void state::take_delivery(std::uint8_t slot, const delivery_number& p) {
  if (MR_MUTANT(delivery_forgotten)) return;
  auto& of_topics = slots_[slot]->of_topics;
  of_topics[static_cast<std::uint8_t>(p.source_slot)].take_next(p.number, p.settled_below);
}

}  // namespace millrace::queue
