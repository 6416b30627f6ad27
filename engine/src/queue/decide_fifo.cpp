// What is decided otherwise for FIFO queues: sends (docs/design/fifo.md).
#include "base/mutant.hpp"
#include "queue/decide.hpp"

namespace millrace::queue {

errc decide_fifo_send(const context& c, const queue_state& q, const send_args& args,
                      base::random& ids, const duplicate*& known) {
  using id_from = fifo_part::id_from;
  const fifo_part& f = *args.fifo;
  const queue_attributes& a = q.attributes;
  if (!f.has_group) return errc::message_group_id_missing;
  const bool by_content = f.deduplication_from == id_from::content && a.content_based_deduplication;
  if (f.deduplication_from != id_from::sender && !by_content) {
    return errc::message_deduplication_id_missing;
  }
  if (args.delay_seconds != -1 && args.delay_seconds != 0) return errc::not_for_fifo_queues;
  if (args.bytes > a.maximum_message_size) return errc::message_too_long;
  const bool in_group = a.scope == deduplication_scope::message_group && !MR_MUTANT(scope_ignored);
  const fifo_key key =
      in_group ? within(c.limits.receipt_key, f.deduplication, f.group) : f.deduplication;
  known = c.now_state.fifo().find(q, key);
  if (known != nullptr && known->until_ms > c.now_ms) return errc::ok;
  known = nullptr;
  journal::entry& e = c.log.add();
  auto& p = begin<fifo_sent_payload>(e, entry_kind::fifo_sent, q.slot(), c.now_ms);
  p.queue = q.uid;
  p.sequence = c.now_state.slot(q.slot()).next_sequence;
  p.id = random_id(ids);
  p.visible_at_ms = c.after(a.delay_seconds);
  p.group = f.group;
  p.deduplication = key;
  e.body = args.body;
  e.level = a.level;
  e.object = const_cast<queue_state*>(&q);
  return errc::ok;
}

}  // namespace millrace::queue
