// Decisions about what comes from topics to standard queues; FIFO queues' are in decide_fifo.cpp.
#include "queue/decide.hpp"

namespace millrace::queue {

errc decide_delivery(const context& c, const queue_state& q, const send_args& args,
                     const delivered_from& from, base::random& ids) {
  if (args.bytes > q.attributes.maximum_message_size) return errc::message_too_long;
  journal::entry& e = c.log.add();
  auto& p = begin<delivered_payload>(e, entry_kind::delivered, q.slot(), c.now_ms);
  p.queue = q.uid;
  p.sequence = c.now_state.slot(q.slot()).next_sequence;
  p.id = random_id(ids);
  p.visible_at_ms = c.after(q.attributes.delay_seconds);
  p.number = from.number;
  p.settled_below = from.settled_below;
  p.source_slot = from.slot;
  p.grouped = args.grouped ? 1 : 0;
  e.body = args.body;
  e.level = q.attributes.level;
  e.object = const_cast<queue_state*>(&q);
  return errc::ok;
}

}  // namespace millrace::queue
