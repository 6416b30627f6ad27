// What topics deliver, as the queues of a lane take it in.
#include "base/mutant.hpp"
#include "queue/service.hpp"

namespace millrace::queue {

bool service::has_taken(std::uint8_t slot, const delivered_from& from) const noexcept {
  if (from.number == 0 || MR_MUTANT(delivery_taken_twice)) return false;
  const auto& all = state_.slot(slot).of_topics;
  const auto known = all.find(from.slot);
  return known != all.end() && known->second.has(from.number);
}

errc service::deliver(queue_state& q, const send_args& args, const delivered_from& from) {
  if (from.number == 0) {
    sent_as unused;
    return send(q, args, unused);
  }
  const bool room =
      q.fifo ? state_.reserve_fifo_message(q.slot()) : state_.reserve_message(q.slot());
  if (!room) return errc::memory_full;
  const std::size_t mark = log_.size();
  const errc e = q.fifo ? decide_fifo_delivery(here(), q, args, from, ids_)
                        : decide_delivery(here(), q, args, from, ids_);
  if (e != errc::ok) return e;
  const bool known = static_cast<entry_kind>(log_.all()[mark].kind) == entry_kind::delivery_known;
  if (known) sync::release(args.body.home);
  apply_since(mark);
  return errc::ok;
}

}  // namespace millrace::queue
