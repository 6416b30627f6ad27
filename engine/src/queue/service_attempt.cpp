// Receives with a ReceiveRequestAttemptId: the first is remembered, a later one repeats it.
#include "base/mutant.hpp"
#include "queue/service.hpp"

namespace millrace::queue {

errc service::receive_attempt(queue_state& q, const fifo_key& id, std::int32_t max,
                              std::int32_t visibility_timeout, delivery* out, std::size_t& count) {
  count = 0;
  attempt* known = attempts_.find(q.uid, id, now_ms_);
  if (known != nullptr && !MR_MUTANT(attempt_forgotten)) {
    return repeat(q, *known, visibility_timeout, out, count);
  }
  if (!attempts_.reserve()) return errc::memory_full;
  const std::size_t mark = log_.size();
  const errc e = receive(q, max, visibility_timeout, out, count);
  if (count == 0) return e;
  attempt& a = attempts_.begin(q.uid, id, from_ms_ + attempt_ms);
  a.count = 0;
  for (std::size_t i = mark; i < log_.size(); ++i) {
    const journal::entry& taken = log_.all()[i];
    if (static_cast<entry_kind>(taken.kind) != entry_kind::received) continue;
    const auto& p = taken.as<received_payload>();
    a.visible_at_ms = p.visible_at_ms;
    a.sequences[a.count] = p.sequence;
    a.receive_counts[a.count++] = p.receive_count;
  }
  return e;
}

errc service::repeat(queue_state& q, attempt& a, std::int32_t visibility_timeout, delivery* out,
                     std::size_t& count) {
  const std::size_t mark = log_.size();
  const errc e = decide_repeat(here(), q, a, visibility_timeout);
  for (std::size_t i = mark; i < log_.size(); ++i) {
    const journal::entry& again = log_.all()[i];
    a.visible_at_ms = again.as<visibility_payload>().visible_at_ms;
    hand_out(q, *static_cast<message*>(again.subject), a.receive_counts[count], out[count]);
    ++count;
  }
  apply_since(mark);
  return e;
}

}  // namespace millrace::queue
