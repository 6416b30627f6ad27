// Look-ups of tenants, and how a message tells its own.
#include "queue/fair.hpp"

#include "queue/fifo_envelope.hpp"

namespace millrace::queue {

bool read_group(const message& m, fifo_key& out) noexcept {
  if (!m.body || m.body.length <= sizeof(envelope)) return false;
  const fifo_part part = fifo_part_of(m.body.bytes());
  out = part.group;
  return part.has_group;
}

tenant* fair_index::find(std::uint64_t queue, std::uint16_t epoch,
                         const fifo_key& name) const noexcept {
  return by_name_.find(name.low ^ queue, [&](const tenant& t) {
    return t.name == name && t.queue == queue && t.epoch == epoch;
  });
}

tenant* fair_index::make(const queue_state& q, const fifo_key& name) noexcept {
  tenant* t = tenants_.create(sync::allocation_class::priority);
  if (t == nullptr) return nullptr;
  t->name = name;
  t->queue = q.uid;
  t->epoch = q.epoch;
  by_name_.insert(*t);
  return t;
}

void fair_index::destroy(tenant& t) noexcept {
  by_name_.erase(t);
  tenants_.destroy(&t);
}

}  // namespace millrace::queue
