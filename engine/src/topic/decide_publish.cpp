// Decisions about what is published, and about its deliveries.
#include "base/mutant.hpp"
#include "topic/decide.hpp"

namespace millrace::topic {

errc check_publish(const context& c, const topic_state& t, const publish_args& args, fifo_key& key,
                   const duplicate*& known) {
  const topic_settings& s = t.settings;
  known = nullptr;
  if (args.bytes > s.maximum_message_size || args.body.length > published_bytes_max) {
    return errc::message_too_long;
  }
  if (!s.fifo) {
    const bool id = args.deduplication_from == id_from::sender;
    return id ? errc::not_for_standard_queues : errc::ok;
  }
  if (!args.has_group) return errc::message_group_id_missing;
  const bool by_content =
      args.deduplication_from == id_from::content && s.content_based_deduplication;
  if (args.deduplication_from != id_from::sender && !by_content) {
    return errc::message_deduplication_id_missing;
  }
  const bool in_group = s.scope == topic_deduplication_scope::message_group;
  key =
      in_group ? base::within(c.limits.secret, args.deduplication, args.group) : args.deduplication;
  known = c.now_state.seen().find(t.uid, key);
  if (known != nullptr && known->until_ms <= c.now_ms) known = nullptr;
  return errc::ok;
}

void decide_published(const context& c, const topic_state& t, const sync::body_ref& body,
                      const publish_piece& piece, const chosen& to) {
  const std::uint8_t slot = t.slot();
  journal::entry& e = c.log.add();
  auto& p = begin<published_payload>(e, entry_kind::published, slot, c.now_ms);
  p.topic = t.uid;
  p.first = c.now_state.slot(slot).next_number;
  p.sequence = piece.sequence;
  p.id = piece.id;
  p.deliveries = static_cast<std::uint32_t>(to.size());
  if (piece.remembered != nullptr) {
    p.deduplication = *piece.remembered;
    p.remembered = 1;
  }
  e.level = t.settings.level;
  if (MR_MUTANT(publication_not_journaled)) e.level = durability::memory;
  e.object = const_cast<topic_state*>(&t);
  e.subject = const_cast<chosen*>(&to);
  if (to.empty()) return;
  e.body = body;
  if (e.level == durability::memory) return;
  std::vector<std::byte> targets;
  for (std::uint64_t i = 0; i < to.size(); ++i) {
    encode_target(*to[i]->to, p.first + i, false, targets);
  }
  e.extra = c.log.keep(std::move(targets));
}

void decide_returned(const context& c, delivery& d) {
  const publication& of = *d.of;
  journal::entry& e = c.log.add();
  auto& p = begin<returned_payload>(e, entry_kind::delivery_returned, of.slot(), c.now_ms);
  p = {of.topic, of.first, d.number, c.now_state.slot(of.slot()).next_number};
  e.level = MR_MUTANT(return_not_journaled) ? durability::memory : of.level;
  e.subject = &d;
}

void decide_done(const context& c, publication& p) {
  journal::entry& e = c.log.add();
  begin<publication_payload>(e, entry_kind::publication_done, p.slot(), c.now_ms) = {p.topic,
                                                                                     p.first};
  e.level = p.level;
  e.subject = &p;
}

}  // namespace millrace::topic
