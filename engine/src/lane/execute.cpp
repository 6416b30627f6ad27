// What a lane does for each kind of operation. Every path either replies or parks.
#include <algorithm>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "lane/lane.hpp"
#include "queue/fifo_envelope.hpp"

namespace millrace::lane {

namespace {

/// Operations that make the log grow for good, others that only give space back, and those that
/// leave no trace in it.
enum class growth : std::uint8_t { grows, shrinks, none };

growth growth_of(operation_kind kind) noexcept {
  switch (kind) {
    case operation_kind::send:
    case operation_kind::create_queue:
    case operation_kind::start_message_move:
    case operation_kind::set_queue_attributes: return growth::grows;
    case operation_kind::receive:
    case operation_kind::delete_message:
    case operation_kind::change_visibility:
    case operation_kind::cancel_message_move:
    case operation_kind::delete_queue:
    case operation_kind::purge_queue: return growth::shrinks;
    default: return growth::none;
  }
}

std::optional<queue::rated_action> rated(operation_kind kind) noexcept {
  switch (kind) {
    case operation_kind::send: return queue::rated_action::send;
    case operation_kind::receive: return queue::rated_action::receive;
    case operation_kind::delete_message: return queue::rated_action::remove;
    case operation_kind::change_visibility: return queue::rated_action::change_visibility;
    default: return std::nullopt;
  }
}

}  // namespace

/// Whether a full disk forbids it; a journal that is merely behind does not. What a queue of level
/// memory does leaves no trace.
bool lane::refused(const operation& op, const queue::queue_state* q) const noexcept {
  const growth g = growth_of(op.kind);
  const bool full = admission_ == journal::admission::full;
  if (g == growth::none || !(full || admission_ == journal::admission::reserved)) return false;
  if (q != nullptr && q->attributes.level == durability::memory &&
      op.kind == operation_kind::send) {
    return false;
  }
  return full || g == growth::grows;
}

/// False: not finished, and no reply yet; the same again when there is room.
bool lane::execute(operation& op) noexcept {
  ++counts_.operations;
  if (stopped_ && op.kind != operation_kind::disconnect) {
    op.status = errc::journal_failed;
    reply(op, durability::memory);
    return true;
  }
  if (on_stream(op.kind)) return execute_stream(op);
  if (on_topic(op.kind)) return execute_topic(op);
  const std::size_t mark = queues_.log().size();
  durability level = durability::memory;
  switch (op.kind) {
    case operation_kind::create_queue: create_queue(op); break;
    case operation_kind::list_queues:
    case operation_kind::list_dead_letter_source_queues:
      list(op);
      level = durability::disk;  // names that a crash could take back must not be seen
      break;
    case operation_kind::cancel: cancel(op); break;
    case operation_kind::release_waiters:
      queues_.release_waiters(errc::ok);
      streams_.release_waiters(errc::ok);
      op.status = errc::ok;
      break;
    case operation_kind::statistics:
      fill_statistics(op.more->statistics);
      op.status = errc::ok;
      break;
    case operation_kind::disconnect: disconnect(op); return true;
    default: {
      queue::queue_state* q =
          op.queue.id != 0 ? queues_.find(op.queue) : queues_.find(op.name, op.name_hash);
      level = q == nullptr ? durability::disk : q->attributes.level;
      op.level = level;
      if (q == nullptr) {
        op.status = errc::queue_does_not_exist;
        break;
      }
      op.status = refused(op, q) ? errc::disk_full : execute_on_queue(op, *q);
      if (MR_MUTANT(disk_full_acked) && op.status == errc::disk_full) op.status = errc::ok;
      if (op.parked) return true;
      level = op.level;
    }
  }
  const bool early = (MR_MUTANT(send_acked_early) && op.kind == operation_kind::send) ||
                     (MR_MUTANT(receive_shows_unsynced) && op.kind == operation_kind::receive) ||
                     (MR_MUTANT(delete_acked_early) && op.kind == operation_kind::delete_message);
  reply(op, early ? durability::memory : std::max(level, queues_.log().highest_level(mark)));
  return true;
}

errc lane::execute_on_queue(operation& op, queue::queue_state& q) noexcept {
  if (q.fifo) {
    const auto action = rated(op.kind);
    if (action && !queues_.within_rate(q, *action)) {
      ++counts_.refused;
      return errc::request_throttled;
    }
  }
  switch (op.kind) {
    case operation_kind::send: return send(op, q);
    case operation_kind::receive: return receive(op, q);
    case operation_kind::delete_message: remove(op, q); return errc::ok;
    case operation_kind::change_visibility: change_visibility(op, q); return errc::ok;
    case operation_kind::set_queue_attributes:
      if (op.more->revision.value_or(q.revision) != q.revision) return errc::changed_meanwhile;
      return queues_.set_attributes(q, op.more->wanted.attributes, op.more->given);
    case operation_kind::delete_queue: return queues_.delete_queue(q);
    case operation_kind::purge_queue: return queues_.purge(q);
    case operation_kind::get_queue: queues_.describe(q, op.more->description); return errc::ok;
    case operation_kind::start_message_move: return start_move(op, q);
    case operation_kind::cancel_message_move: return cancel_move(op, q);
    case operation_kind::list_message_moves: queues_.list_moves(q, op.more->moves); return errc::ok;
    default: MR_ASSERT(!"an operation of an unknown kind"); return errc::not_supported;
  }
}

/// A FIFO queue takes none of a batch in which an entry lacks an id that it needs.
static errc missing_id(const operation& op, const queue::queue_state& q) noexcept {
  if (!q.fifo) return errc::ok;
  for (std::size_t i = 0; i < op.count; ++i) {
    const send_slot& s = op.slot.sends[i];
    if (s.result.status != errc::ok) continue;
    if (s.has_group_id == 0) return errc::message_group_id_missing;
    if (s.has_deduplication_id == 0 && !q.attributes.content_based_deduplication) {
      return errc::message_deduplication_id_missing;
    }
  }
  return errc::ok;
}

errc lane::send_one(const send_slot& s, queue::queue_state& q, queue::sent_as& out) noexcept {
  queue::send_args args{s.body, s.bytes, s.delay_seconds};
  if (q.fifo) {
    const queue::fifo_part fifo = queue::fifo_part_of(s.body.bytes());
    args.fifo = &fifo;
    args.roomy = s.roomy != 0;
    return queues_.send(q, args, out);
  }
  if (s.has_deduplication_id != 0) return errc::not_for_standard_queues;
  args.grouped = s.has_group_id != 0;
  args.roomy = s.roomy != 0 && !args.grouped;
  return queues_.send(q, args, out);
}

/// Of a batch, what its sends will look for in tables that are larger than any cache.
void lane::prefetch_fifo(const operation& op, const queue::queue_state& q) const noexcept {
  const queue::fifo_index& index = queues_.queues().fifo();
  const bool by_id = q.attributes.scope == deduplication_scope::queue;  // else it is made of both
  std::array<queue::fifo_part, batch_entries_max> parts;
  std::array<const queue::group*, batch_entries_max> groups;
  std::size_t count = 0;
  for (std::size_t i = 0; i < op.count; ++i) {
    const send_slot& s = op.slot.sends[i];
    if (s.result.status != errc::ok) continue;
    parts[count] = queue::fifo_part_of(s.body.bytes());
    index.prefetch_tags(q, parts[count].group, by_id ? &parts[count].deduplication : nullptr);
    ++count;
  }
  for (std::size_t i = 0; i < count; ++i) index.prefetch_cell_of_group(q, parts[i].group);
  for (std::size_t i = 0; i < count; ++i) groups[i] = index.prefetch_group(q, parts[i].group);
  for (std::size_t i = 0; by_id && i < count; ++i) {
    index.prefetch_cell_of_id(q, parts[i].deduplication);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (groups[i] != nullptr) index.prefetch_last_message(*groups[i]);
  }
}

errc lane::send(operation& op, queue::queue_state& q) noexcept {
  if (const errc e = missing_id(op, q); e != errc::ok) {
    counts_.refused += op.count;
    return e;
  }
  if (q.attributes.level != durability::memory && parts_.journals != nullptr &&
      !parts_.journals->is_set()) {
    parts_.journals->set();
  }
  if (q.fifo && op.count > 1) prefetch_fifo(op, q);
  for (std::size_t i = 0; i < op.count; ++i) {
    send_slot& s = op.slot.sends[i];
    if (s.result.status == errc::ok) {
      queue::sent_as sent;
      s.result.status = send_one(s, q, sent);
      s.result.id = sent.id;
      s.result.sequence = sent.order;
    }
    if (s.result.status == errc::ok) {
      s.body = {};
      ++counts_.messages_sent;
      counts_.bytes_sent += s.bytes;
    } else {
      ++counts_.refused;
    }
  }
  return errc::ok;
}

errc lane::receive(operation& op, queue::queue_state& q) noexcept {
  const receive_options& want = op.receive;
  const queue_attributes& own = q.attributes;
  const std::int32_t wait_s =
      want.wait_time_seconds >= 0 ? want.wait_time_seconds : own.receive_message_wait_time_seconds;
  const std::int32_t visibility =
      want.visibility_timeout >= 0 ? want.visibility_timeout : own.visibility_timeout;
  op.count = 0;
  if (want.wait_time_seconds < -1 || wait_s > wait_seconds_max) return errc::invalid_wait_time;
  if (want.visibility_timeout < -1) return errc::invalid_visibility_timeout;
  std::size_t count = 0;
  op.wait.has_attempt &= q.fifo;  // as AWS does: of no meaning for standard queues
  const errc e =
      op.wait.has_attempt
          ? queues_.receive_attempt(q, op.wait.attempt, want.max_messages, visibility,
                                    op.slot.deliveries, count)
          : queues_.receive(q, want.max_messages, visibility, op.slot.deliveries, count,
                            wait_s == 0 ? queues_.hosts_of_short_poll(q) : queue::sampled_hosts());
  op.count = static_cast<std::uint8_t>(count);
  counts_.messages_received += count;
  wait_for_messages(op);
  if (count != 0 || (e != errc::ok && e != errc::over_limit)) return e;
  if (wait_s == 0) {
    ++counts_.empty_receives;
    return q.fifo ? errc::ok : e;  // AWS says so of standard queues only
  }
  op.wait.owner = &op;
  op.wait.max_messages = want.max_messages;
  op.wait.visibility_timeout = visibility;
  op.parked = true;
  ++parked_;
  queues_.park(q, op.wait, queues_.time_rounded_up() + base::time_ms{wait_s} * 1000);
  return errc::ok;
}

/// The answer shows nothing that is kept and that a crash could still take back, nor a receive that
/// it could forget: a queue may hold messages that were moved to it and are of a higher level.
void lane::wait_for_messages(operation& op) noexcept {
  if (MR_MUTANT(receive_at_level_of_queue)) return;
  for (std::size_t i = 0; i < op.count; ++i) {
    op.level = std::max(op.level, op.slot.deliveries[i].level);
  }
}

void lane::remove(operation& op, queue::queue_state& q) noexcept {
  for (std::size_t i = 0; i < op.count; ++i) {
    receipt_slot& r = op.slot.receipts[i];
    r.status = queues_.remove(q, r.receipt);
    ++(r.status == errc::ok ? counts_.messages_deleted : counts_.refused);
  }
}

void lane::change_visibility(operation& op, queue::queue_state& q) noexcept {
  for (std::size_t i = 0; i < op.count; ++i) {
    receipt_slot& r = op.slot.receipts[i];
    r.status = queues_.change_visibility(q, r.receipt, r.visibility_timeout);
    if (r.status != errc::ok) ++counts_.refused;
  }
}

errc lane::start_move(operation& op, queue::queue_state& q) noexcept {
  control& c = *op.more;
  c.move.target_queue = c.prefix;
  const errc e = queues_.start_move(q, c.move);
  if (e == errc::ok) c.moves.push_back(q.running_move()->what);
  return e;
}

errc lane::cancel_move(operation& op, queue::queue_state& q) noexcept {
  control& c = *op.more;
  const errc e = queues_.cancel_move(q, c.move_id);
  if (e == errc::ok) c.moves.push_back(q.moves->back().what);
  return e;
}

void lane::create_queue(operation& op) noexcept {
  if (refused(op, nullptr)) {
    op.status = errc::disk_full;
    return;
  }
  const result<queue_handle> made = queues_.create(op.more->wanted, op.more->given);
  op.status = made.error();
  if (made.has_value()) op.more->handle = made.value();
}

void lane::list(operation& op) noexcept {
  control& c = *op.more;
  if (op.kind == operation_kind::list_queues) {
    queues_.list(c.prefix, c.after, c.max, c.names);
  } else {
    queues_.list_sources(c.prefix, c.names);
  }
  op.status = errc::ok;
}

void lane::cancel(operation& op) noexcept {
  operation& target = *op.more->target;
  op.status = errc::ok;
  if (target.parked) unpark(target);
}

/// Answers a parked receive or read at once.
void lane::unpark(operation& op) noexcept {
  if (op.kind == operation_kind::publish) {
    topics_.forget(op.topic.get());
    end_waiting(*op.topic, errc::cancelled);
  } else if (on_stream(op.kind)) {
    stream::waiter& w = op.stream->wait;
    streams_.unpark(w);
    op.stream->batch.summary.next = w.wanted.from;
    answered(w, errc::cancelled);
  } else {
    queues_.unpark(op.wait);
    answered(op.wait, errc::cancelled, 0);
  }
}

void lane::disconnect(operation& op) noexcept {
  port& from = *op.from;
  for (const std::span<operation> part : op.more->pool) {
    for (operation& held : part) {
      // First whose it is: `parked` of another lane's operation is that lane's to look at.
      if (held.from != &from || !held.parked) continue;
      unpark(held);
    }
  }
  from.closing = &op;
  ++closing_;
}

void lane::fill_statistics(lane_statistics& out) noexcept {
  out = counts_;
  out.queues = queues_.queues().by_name().size();
  out.messages = queues_.queues().message_count();
  out.parked_receives = parked_;
  const stream::state::account_use used = streams_.streams().used_of_account();
  out.streams = streams_.streams().by_name().size();
  out.on_demand_streams = used.on_demand_streams;
  out.open_shards = used.shards;
  out.stream_records = streams_.streams().record_count();
  out.topics = topics_.topics().by_name().size();
  out.subscriptions = topics_.topics().subscription_count();
  out.memory_in_use = parts_.budget->bytes_in_use();
  out.memory_max = parts_.budget->bytes_max();
  out.now_ms = queues_.time();
}

}  // namespace millrace::lane
