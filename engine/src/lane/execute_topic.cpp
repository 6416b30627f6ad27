// What a lane does for each kind of operation on topics. Every path replies, waits for the queues'
// answers, or stops in the middle of what is published because the journal has to get on first.
#include <algorithm>
#include <cstddef>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "lane/lane.hpp"
#include "queue/fifo_envelope.hpp"

namespace millrace::lane {
namespace {

using detail::topic_part;

bool grows(operation_kind kind) noexcept {
  switch (kind) {
    case operation_kind::create_topic:
    case operation_kind::set_topic:
    case operation_kind::subscribe_to_topic:
    case operation_kind::set_subscription:
    case operation_kind::publish: return true;
    default: return false;
  }
}

/// Only the lane knows of a topic that was named by its handle. Nobody else has the body yet.
void mark_of_fifo_topic(const sync::body_ref& body) noexcept {
  constexpr std::size_t at =
      sizeof(topic::published_head) + offsetof(queue::envelope, deduplication_from);
  body.home->data()[body.offset + at] |= std::byte{queue::of_fifo_topic};
}

/// A topic takes none of a batch that is too long, or in which an entry lacks what it needs.
errc check_batch(const operation& op, const topic::topic_state& t) noexcept {
  const topic_settings& s = t.settings;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < op.count; ++i) {
    const topic::publish_args& p = op.topic->publishes[i];
    if (op.topic->results[i].status != errc::ok) continue;
    bytes += p.bytes;
    if (p.raw_only && t.notified != 0) return errc::changed_meanwhile;
    if (!s.fifo) continue;
    if (!p.has_group) return errc::message_group_id_missing;
    if (p.deduplication_from != topic::id_from::sender && !s.content_based_deduplication) {
      return errc::message_deduplication_id_missing;
    }
  }
  return op.count > 1 && bytes > s.maximum_message_size ? errc::batch_too_long : errc::ok;
}

}  // namespace

/// Whether a full disk forbids it: what makes the log grow, and of what remains what needs a little
/// of it once that is not left either.
bool lane::refused_of_topic(const operation& op, const topic::topic_state* t) const noexcept {
  const bool full = admission_ == journal::admission::full;
  if (!full && admission_ != journal::admission::reserved) return false;
  const bool in_memory = t != nullptr && t->settings.level == durability::memory;
  if (op.kind == operation_kind::publish && in_memory) return false;
  const bool shrinks =
      op.kind == operation_kind::delete_topic || op.kind == operation_kind::unsubscribe;
  return grows(op.kind) || (full && shrinks);
}

/// False: not finished; the same again when there is room.
bool lane::execute_topic(operation& op) noexcept {
  topic_part& part = *op.topic;
  if (op.kind == operation_kind::list_topics || op.kind == operation_kind::list_all_subscriptions) {
    list_topics(op);
    reply(op, durability::disk);  // names that a crash could take back must not be seen
    return true;
  }
  const std::size_t mark = queues_.log().size();
  topic::topic_state* t =
      part.handle.id != 0 ? topics_.find(part.handle) : topics_.find(part.name, op.name_hash);
  if (op.kind == operation_kind::create_topic) {
    op.status = refused_of_topic(op, nullptr)
                    ? errc::disk_full
                    : topics_.create(part.name, part.settings, part.given, part.reply.handle);
  } else if (t == nullptr) {
    op.status = errc::topic_does_not_exist;
  } else if (op.kind == operation_kind::publish) {
    if (!publish(op, *t)) {
      --counts_.operations;  // counted again when it goes on
      return false;
    }
    return true;
  } else {
    op.status = refused_of_topic(op, t) ? errc::disk_full : execute_on_topic(op, *t);
  }
  // What was seen of a topic must not be taken back, whatever the level of its messages.
  reply(op, std::max<durability>(durability::disk, queues_.log().highest_level(mark)));
  return true;
}

errc lane::execute_on_topic(operation& op, topic::topic_state& t) noexcept {
  topic_part& part = *op.topic;
  switch (op.kind) {
    case operation_kind::delete_topic: return topics_.remove(t);
    case operation_kind::get_topic:
      topic::service::describe(t, part.reply.description);
      return errc::ok;
    case operation_kind::set_topic:
      if (part.revision.value_or(t.revision) != t.revision) return errc::changed_meanwhile;
      return topics_.set(t, part.settings, part.given);
    case operation_kind::subscribe_to_topic:
      return topics_.subscribe(t, part.subscribed, part.reply.subscription);
    case operation_kind::unsubscribe: return topics_.unsubscribe(t, part.subscription);
    case operation_kind::get_subscription:
      return topic::service::describe(t, part.subscription,
                                      part.reply.subscriptions.emplace_back());
    case operation_kind::set_subscription:
      return topics_.set_subscription(t, part.subscription, part.subscribed, part.given,
                                      part.revision ? &*part.revision : nullptr);
    case operation_kind::list_subscriptions:
      topic::service::list(t, part.subscription, part.max, part.reply.subscriptions);
      return errc::ok;
    default: MR_ASSERT(!"an operation of an unknown kind"); return errc::not_supported;
  }
}

void lane::list_topics(operation& op) noexcept {
  topic_part& part = *op.topic;
  op.status = errc::ok;
  if (op.kind == operation_kind::list_topics) {
    return topics_.list(part.name, part.max, op.more->names);
  }
  topics_.list_all(part.name, part.subscription, part.max, part.reply.subscriptions);
}

bool lane::publish(operation& op, topic::topic_state& t) noexcept {
  topic_part& part = *op.topic;
  if (part.next == 0 && !topics_.publishing()) {
    part.of = &op;
    part.level = t.settings.level;
    op.status = check_batch(op, t);
    if (op.status != errc::ok) {
      reply(op, durability::disk);
      return true;
    }
  }
  for (; part.next < op.count; ++part.next) {
    if (part.results[part.next].status == errc::ok && !publish_one(op, t)) return false;
    if (part.results[part.next].status != errc::ok) ++counts_.refused;
  }
  route_deliveries();
  return wait_for_queues(op);
}

/// False: stopped in the middle of it.
bool lane::publish_one(operation& op, topic::topic_state& t) noexcept {
  topic_part& part = *op.topic;
  topic::publish_args& args = part.publishes[part.next];
  publish_result& out = part.results[part.next];
  if (!topics_.publishing()) {
    if (!may_execute()) return false;
    if (t.settings.fifo) mark_of_fifo_topic(args.body);
    out.status = refused_of_topic(op, &t) ? errc::disk_full : topics_.publish(t, args, out, &part);
    if (out.status != errc::ok) return true;
    args.body = {};
    ++counts_.messages_published;
  }
  for (bool more = topics_.publishing(); more;) {
    if (!may_execute()) return false;
    std::size_t count = 0;
    more = topics_.publish_piece(count);
    part.waiting += count;
  }
  return true;
}

/// What was delivered here waits for the journal as any decision; answers of other lanes come when
/// theirs is durable, and all that was decided here before they were asked.
bool lane::wait_for_queues(operation& op) noexcept {
  topic_part& part = *op.topic;
  if (part.waiting == 0 || MR_MUTANT(publish_acked_early)) {
    if (part.waiting != 0) topics_.forget(&part);
    reply(op, part.waiting != 0 ? durability::memory : part.level);
    return true;
  }
  if (topics_.next_delivery() == nullptr) part.level = durability::memory;
  op.parked = true;
  part.place = publishing_.size();
  publishing_.push_back(&part);
  return true;
}

/// Replies to who waited for its deliveries.
void lane::end_waiting(detail::topic_part& part, errc status) noexcept {
  publishing_.back()->place = part.place;
  publishing_[part.place] = publishing_.back();
  publishing_.pop_back();
  operation& op = *part.of;
  op.parked = false;
  op.status = status;
  reply(op, part.level);
}

void lane::answered(void* owner) noexcept {
  auto& part = *static_cast<topic_part*>(owner);
  if (--part.waiting == 0 && part.of->parked) end_waiting(part, errc::ok);
}

}  // namespace millrace::lane
