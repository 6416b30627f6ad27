// The parts of evolve that only standard queues with message group ids have: which tenant a message
// is of, and whose turn it is.
#include "base/assert.hpp"
#include "queue/fair.hpp"
#include "queue/state.hpp"

namespace millrace::queue {

/// Before the message is shown or hidden. Without memory for its tenant it counts to the rest.
void state::join_tenant(message& m) {
  queue_state& q = *m.owner;
  fifo_key name;
  if (!read_group(m, name)) return;
  if (replaying_) {  // carried entries take no notice of whose the message was before
    groups_seen_ = true;
    return;
  }
  tenant* t = fair_.find(q.uid, q.epoch, name);
  if (t == nullptr) t = fair_.make(q, name);
  if (t == nullptr) return;
  if (q.fair == nullptr) {
    q.fair = std::make_unique<fair_queue>();
    q.fair->rest.in_flight = q.in_flight_count;
    take_turn(q, q.fair->rest, turn::kept);
  }
  if (t->live++ == 0) ++q.fair->tenants;
  m.grouped = true;
}

/// In no list any more.
void state::leave_tenant(message& m) noexcept {
  if (!m.grouped) return;
  tenant* t = tenant_of(m);
  m.grouped = false;
  if (--t->live != 0) return;
  const bool of_now = t->epoch == m.owner->epoch;
  if (t->linked() && of_now) tenant_list::erase(*t);
  fair_.destroy(*t);
  queue_state& q = *m.owner;
  if (!of_now || --q.fair->tenants != 0) return;
  if (q.fair->rest.linked()) tenant_list::erase(q.fair->rest);
  q.fair = nullptr;
}

tenant* state::tenant_of(const message& m) const noexcept {
  if (!m.grouped) return &m.owner->fair->rest;
  fifo_key name;
  const bool has = read_group(m, name);
  tenant* t = fair_.find(m.owner->uid, m.epoch, name);
  MR_ASSERT(has && t != nullptr);
  return t;
}

ready_list& state::ready_of(queue_state& q, tenant& t) noexcept {
  return q.fair != nullptr && &t == &q.fair->rest ? q.ready : t.ready;
}

/// Noisy is who has more in flight than the mean of the queue's tenants. That is looked at when
/// something of that tenant changes: the others' own changes will come.
void state::take_turn(queue_state& q, tenant& t, turn how) noexcept {
  const bool rest_counts = q.fair->rest.in_flight != 0 || !q.ready.empty();
  const std::uint64_t tenants = q.fair->tenants + (rest_counts ? 1 : 0);
  const bool noisy = t.in_flight * tenants > q.in_flight_count;
  const bool ready = !ready_of(q, t).empty();
  if (t.linked()) {
    if (ready && noisy == t.noisy && how == turn::kept) return;
    tenant_list::erase(t);
  }
  t.noisy = noisy;
  if (ready) (noisy ? q.fair->noisy : q.fair->quiet).push_back(t);
}

void state::show_fairly(message& m) noexcept {
  queue_state& q = *m.owner;
  tenant& t = *tenant_of(m);
  ready_of(q, t).push_back(m);
  take_turn(q, t, turn::kept);
}

void state::count_in_flight(const message& m, bool more) noexcept {
  tenant& t = *tenant_of(m);
  more ? ++t.in_flight : --t.in_flight;
  take_turn(*m.owner, t, turn::kept);
}

/// Behind a replay, in which no message has one.
void state::find_tenants() {
  for (auto& s : slots_) {
    s->messages.rewind();
    s->messages.walk([this](message& m) {
      if (!m.owner->fifo && m.epoch == m.owner->epoch) find_tenant(m);
      return true;
    });
  }
}

/// The message stands where one without a group id would.
void state::find_tenant(message& m) {
  queue_state& q = *m.owner;
  fifo_key name;
  if (m.grouped || !read_group(m, name)) return;
  const bool ready = m.state == message_state::ready;
  const bool flies = m.state == message_state::in_flight;
  if (ready) ready_list::erase(m);
  join_tenant(m);
  if (q.fair == nullptr) return;
  tenant& t = *tenant_of(m);
  if (ready) ready_of(q, t).push_back(m);
  if (flies && m.grouped) {
    --q.fair->rest.in_flight;
    ++t.in_flight;
  }
  take_turn(q, q.fair->rest, turn::kept);
  take_turn(q, t, turn::kept);
}

}  // namespace millrace::queue
