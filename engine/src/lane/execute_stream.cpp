// What a lane does for each kind of operation on streams. Every path replies, parks, or stops in
// the middle of a batch of records because the journal has to get on first.
#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "lane/lane.hpp"

namespace millrace::lane {
namespace {

using detail::stream_part;

bool grows(operation_kind kind) noexcept {
  switch (kind) {
    case operation_kind::create_stream:
    case operation_kind::set_stream:
    case operation_kind::split_shard:
    case operation_kind::merge_shards:
    case operation_kind::update_shard_count:
    case operation_kind::put_records:
    case operation_kind::set_account:
    case operation_kind::register_consumer: return true;
    default: return false;
  }
}

/// What a stream that is being made does not have yet.
bool needs_records(operation_kind kind) noexcept {
  switch (kind) {
    case operation_kind::put_records:
    case operation_kind::locate_record:
    case operation_kind::read_records:
    case operation_kind::subscribe_to_shard:
    case operation_kind::open_cursor: return true;
    default: return false;
  }
}

/// What only an active stream takes.
bool needs_active(const operation& op) noexcept {
  constexpr std::uint32_t any_time = given_stored | given_stored_removed;
  switch (op.kind) {
    case operation_kind::set_stream: return (op.stream->given & ~any_time) != 0;
    case operation_kind::split_shard:
    case operation_kind::merge_shards:
    case operation_kind::update_shard_count:
    case operation_kind::register_consumer: return true;
    default: return false;
  }
}

errc allowed_in(stream_status status, const operation& op) noexcept {
  if (status == stream_status::active) return errc::ok;
  if (needs_active(op)) return errc::stream_not_active;
  const bool early = status == stream_status::creating && needs_records(op.kind);
  return early ? errc::stream_does_not_exist : errc::ok;
}

}  // namespace

/// Whether a full disk forbids it: what makes the log grow, and of what remains what needs a little
/// of it once that is not left either.
bool lane::refused_of_stream(const operation& op, const stream::stream_state* s) const noexcept {
  const bool full = admission_ == journal::admission::full;
  if (!full && admission_ != journal::admission::reserved) return false;
  const bool in_memory = s != nullptr && s->settings.level == durability::memory;
  if (op.kind == operation_kind::put_records && in_memory) return false;
  const bool shrinks =
      op.kind == operation_kind::delete_stream || op.kind == operation_kind::deregister_consumer;
  return grows(op.kind) || (full && shrinks);
}

/// False: not finished; the same again when there is room.
bool lane::execute_stream(operation& op) noexcept {
  stream_part& part = *op.stream;
  const std::size_t mark = queues_.log().size();
  if (op.kind == operation_kind::list_streams) {
    streams_.list(part.name, part.max, op.more->names);
    op.status = errc::ok;
    reply(op, durability::disk);  // names that a crash could take back must not be seen
    return true;
  }
  if (op.kind == operation_kind::get_account || op.kind == operation_kind::set_account) {
    op.status = execute_on_account(op);
    reply(op, durability::disk);
    return true;
  }
  stream::stream_state* s =
      part.handle.id != 0 ? streams_.find(part.handle) : streams_.find(part.name, op.name_hash);
  op.level = s == nullptr ? durability::disk : s->settings.level;
  if (op.kind == operation_kind::create_stream) {
    op.status = refused_of_stream(op, nullptr)
                    ? errc::disk_full
                    : streams_.create(part.name, part.settings, part.given, part.reply.handle);
  } else if (s == nullptr) {
    op.status = errc::stream_does_not_exist;
    const stream_description* gone =
        op.kind == operation_kind::get_stream ? streams_.leaving(part.name, part.handle) : nullptr;
    if (gone != nullptr) {
      op.status = errc::ok;
      part.reply.description = *gone;
    }
  } else if (const errc e = part.put_next == 0 ? allowed_in(streams_.status_of(*s), op) : errc::ok;
             e != errc::ok) {
    op.status = e;
  } else if (part.put_next == 0 && refused_of_stream(op, s)) {
    op.status = errc::disk_full;
  } else if (op.kind == operation_kind::put_records) {
    op.status = errc::ok;
    part.reply.encrypted = !s->settings.encryption_key.empty();
    if (!put_records(op, *s)) {
      --counts_.operations;  // counted again when it goes on
      return false;
    }
  } else {
    op.status = execute_on_stream(op, *s);
    if (op.parked) return true;
  }
  const bool early = MR_MUTANT(put_acked_early) && op.kind == operation_kind::put_records;
  const std::size_t since = std::min(mark, queues_.log().size());
  reply(op, early ? durability::memory : std::max(op.level, queues_.log().highest_level(since)));
  return true;
}

errc lane::execute_on_account(operation& op) noexcept {
  stream_part& part = *op.stream;
  if (op.kind == operation_kind::get_account) {
    part.reply.account = streams_.account();
    return errc::ok;
  }
  const std::uint64_t revision = streams_.account().revision;
  if (part.revision.value_or(revision) != revision) return errc::changed_meanwhile;
  if (refused_of_stream(op, nullptr)) return errc::disk_full;
  return streams_.set_account(part.settings.stored);
}

/// Shards of some records are looked up before the first of them is put: what is stored into one
/// would hold up the loads of the next record until it is known to be into another.
bool lane::put_records(operation& op, stream::stream_state& s) noexcept {
  stream_part& part = *op.stream;
  std::array<stream::shard*, 16> into;
  std::size_t known = part.put_next;  // so many of all have been looked up
  for (; part.put_next < part.puts.size(); ++part.put_next) {
    detail::put_slot& slot = part.puts[part.put_next];
    for (; known != part.puts.size() && known < part.put_next + into.size(); ++known) {
      into[known % into.size()] = s.at(part.puts[known].record.hash);
    }
    put_result& out = part.results[part.put_next];
    if (slot.refused) continue;
    if (!may_execute()) return false;
    if (refused_of_stream(op, &s)) {  // the disk has become full behind the ones before it
      out.status = errc::disk_full;
    } else {
      streams_.put(into[part.put_next % into.size()], slot.record, out);
    }
    if (out.status == errc::ok) {
      slot.record.body = {};
      ++counts_.records_put;
      counts_.bytes_put += slot.record.bytes;
    } else {
      ++counts_.refused;
    }
  }
  return true;
}

errc lane::execute_on_stream(operation& op, stream::stream_state& s) noexcept {
  stream_part& part = *op.stream;
  switch (op.kind) {
    case operation_kind::delete_stream: return streams_.remove(s, part.with_consumers);
    case operation_kind::get_stream: streams_.describe(s, part.reply.description); return errc::ok;
    case operation_kind::set_stream:
      if (part.revision.value_or(s.revision) != s.revision) return errc::changed_meanwhile;
      return streams_.set(s, part.settings, part.given);
    case operation_kind::list_shards:
      if (part.counted && !streams_.may_list(s)) return errc::request_throttled;
      streams_.list_shards(s, part.other_shard, part.max, part.reply.shards);
      return errc::ok;
    case operation_kind::split_shard: return streams_.split(s, part.shard, part.at);
    case operation_kind::merge_shards: return streams_.merge(s, part.shard, part.other_shard);
    case operation_kind::update_shard_count:
      streams_.describe(s, part.reply.description);
      return streams_.set_shard_count(s, part.other_shard);
    case operation_kind::locate_record:
      return streams_.locate(s, part.shard, part.start, part.reply.position);
    case operation_kind::read_records: return read_records(op, s);
    case operation_kind::register_consumer: {
      part.reply.consumers.resize(1);
      return streams_.register_consumer(s, part.consumer, part.advantage,
                                        part.reply.consumers.front());
    }
    case operation_kind::deregister_consumer: return streams_.deregister_consumer(s, part.consumer);
    case operation_kind::list_consumers:
      streams_.list_consumers(s, part.reply.consumers);
      return errc::ok;
    case operation_kind::subscribe_to_shard:
      return streams_.subscribe(s, part.consumer, part.shard, part.start, part.reply.subscription);
    case operation_kind::open_cursor: {
      part.reply.handle = {s.uid};
      stream::service::tail_place place;
      const read_options& wanted = part.wait.wanted;
      const errc e =
          streams_.open_tail(s, wanted.from.shard, wanted.subscription, part.tail, place);
      part.tail = std::move(place.tail);
      part.tail_slot = place.slot;
      part.tail_wanted = place.wanted;
      return e;
    }
    default: MR_ASSERT(!"an operation of an unknown kind"); return errc::not_supported;
  }
}

errc lane::read_records(operation& op, stream::stream_state& s) noexcept {
  stream_part& part = *op.stream;
  const errc e = streams_.read(s, part.wait.wanted, part.batch);
  counts_.records_read += part.batch.records.size();
  const bool nothing = part.batch.records.empty() && !part.batch.summary.end_of_shard;
  if (e != errc::ok || !nothing || part.wait.wanted.wait_ms <= 0) return e;
  part.wait.owner = &op;
  part.wait.until_ms = queues_.time_rounded_up() + part.wait.wanted.wait_ms;
  op.parked = true;
  ++parked_;
  streams_.park(s, part.wait);
  return errc::ok;
}

void lane::answered(stream::waiter& w, errc status) noexcept {
  operation& op = *static_cast<operation*>(w.owner);
  op.parked = false;
  --parked_;
  op.status = status;
  counts_.records_read += op.stream->batch.records.size();
  reply(op, op.level);
}

stream::read_batch& lane::room(stream::waiter& w) noexcept {
  return static_cast<operation*>(w.owner)->stream->batch;
}

}  // namespace millrace::lane
