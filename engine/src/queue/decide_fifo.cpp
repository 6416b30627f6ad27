// What is decided otherwise for FIFO queues: sends (docs/design/fifo.md).
#include "base/mutant.hpp"
#include "queue/decide.hpp"

namespace millrace::queue {
namespace {

struct fifo_as {
  entry_kind kind;
  const fifo_key& deduplication;
};

inline journal::entry& log_fifo_sent(const context& c, const queue_state& q, const send_args& args,
                                     const fifo_as& as, base::random& ids) {
  journal::entry& e = c.log.add();
  auto& p = begin<fifo_sent_payload>(e, as.kind, q.slot(), c.now_ms);
  p.queue = q.uid;
  p.sequence = c.now_state.slot(q.slot()).next_sequence;
  p.id = random_id(ids);
  p.visible_at_ms = c.after(q.attributes.delay_seconds);
  p.group = args.fifo->group;
  p.deduplication = as.deduplication;
  e.body = args.body;
  e.room = args.roomy ? fifo_sent_room : 0;
  e.level = q.attributes.level;
  e.object = const_cast<queue_state*>(&q);
  return e;
}

/// `known`: the id came before, less than five minutes ago.
inline errc check_fifo(const context& c, const queue_state& q, const send_args& args, fifo_key& key,
                       const duplicate*& known) {
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
  key = in_group ? within(c.limits.receipt_key, f.deduplication, f.group) : f.deduplication;
  known = c.now_state.fifo().find(q, key);
  if (known != nullptr && known->until_ms <= c.now_ms) known = nullptr;
  return errc::ok;
}

}  // namespace

errc decide_fifo_send(const context& c, const queue_state& q, const send_args& args,
                      base::random& ids, const duplicate*& known) {
  fifo_key key;
  if (const errc e = check_fifo(c, q, args, key, known); e != errc::ok) return e;
  if (known != nullptr) return errc::ok;
  log_fifo_sent(c, q, args, {entry_kind::fifo_sent, key}, ids);
  return errc::ok;
}

errc decide_fifo_delivery(const context& c, const queue_state& q, const send_args& args,
                          const delivered_from& from, base::random& ids) {
  fifo_key key;
  const duplicate* known = nullptr;
  if (const errc e = check_fifo(c, q, args, key, known); e != errc::ok) return e;
  const delivery_number number{from.number, from.settled_below, from.slot};
  const auto* bytes = reinterpret_cast<const std::byte*>(&number);
  const bytes_view extra = c.log.keep({bytes, bytes + sizeof number});
  if (known == nullptr) {
    log_fifo_sent(c, q, args, {entry_kind::fifo_delivered, key}, ids).extra = extra;
    return errc::ok;
  }
  journal::entry& e = c.log.add();
  begin<queue_payload>(e, entry_kind::delivery_known, q.slot(), c.now_ms).queue = q.uid;
  e.level = q.attributes.level;
  e.extra = extra;
  return errc::ok;
}

}  // namespace millrace::queue
