// Decisions about queues themselves: create, change, delete, purge.
#include <algorithm>

#include "base/mutant.hpp"
#include "queue/decide.hpp"

namespace millrace::queue {
namespace {

constexpr base::time_ms purge_interval_ms = purge_interval_seconds * 1000;

void log_queue_entry(const context& c, const queue_state& q, entry_kind kind) {
  journal::entry& e = c.log.add();
  begin<queue_payload>(e, kind, q.slot(), c.now_ms).queue = q.uid;
  const bool forgotten =
      (MR_MUTANT(purge_not_journaled) && kind == entry_kind::queue_purged) ||
      (MR_MUTANT(queue_delete_not_journaled) && kind == entry_kind::queue_deleted) ||
      (MR_MUTANT(attributes_not_journaled) && kind == entry_kind::attributes_set);
  if (forgotten) e.level = durability::memory;
  e.object = const_cast<queue_state*>(&q);
}

const std::string* stored_value(const queue_attributes& a, std::string_view key) {
  for (const auto& [name, value] : a.stored) {
    if (name == key) return &value;
  }
  return nullptr;
}

/// Values are in their ranges, and no stored attribute has a name of ours or none.
errc check(const queue_attributes& a) {
  for (const auto& [name, value] : a.stored) {
    if (name.empty() || is_own_attribute(name)) return errc::invalid_attribute_name;
  }
  const bool target_fifo = a.redrive.target_queue.ends_with(fifo_suffix);
  if (!a.redrive.target_queue.empty() && target_fifo != a.fifo_queue) {
    return errc::invalid_attribute_value;  // dead letters go to a queue of the same type
  }
  return a.check();
}

}  // namespace

errc decide_create(const context& c, const definition& wanted) {
  if (!valid_queue_name(wanted.name)) return errc::invalid_queue_name;
  if (wanted.name.ends_with(fifo_suffix) != wanted.attributes.fifo_queue) {
    return errc::invalid_queue_name;
  }
  if (const errc e = check(wanted.attributes); e != errc::ok) return e;
  if (wanted.attributes.level > c.limits.level_max) return errc::durability_missing;
  const std::uint8_t slot = slot_of(wanted.name);
  std::vector<std::byte> bytes;
  encode(wanted.name, wanted.attributes, bytes);
  journal::entry& e = c.log.add();
  begin<queue_payload>(e, entry_kind::queue_created, slot, c.now_ms).queue =
      std::uint64_t{slot} << 56 | c.now_state.slot(slot).next_queue;
  e.extra = c.log.keep(std::move(bytes));
  return errc::ok;
}

errc decide_attributes(const context& c, const queue_state& q, const queue_attributes& changes,
                       std::uint32_t given) {
  queue_attributes merged = q.attributes;
  merge(merged, changes, given);
  if (merged.level != q.attributes.level || merged.fifo_queue != q.attributes.fifo_queue)
    return errc::invalid_attribute_value;
  if (const errc e = check(merged); e != errc::ok) return e;
  std::vector<std::byte> bytes;
  encode(q.name, merged, bytes);
  log_queue_entry(c, q, entry_kind::attributes_set);
  const_cast<journal::entry&>(c.log.all().back()).extra = c.log.keep(std::move(bytes));
  const std::int32_t longer_s = merged.delay_seconds - q.attributes.delay_seconds;
  if (!q.fifo || longer_s == 0) return errc::ok;
  // By how much, for in a replay the queue's earlier definition may not be known.
  journal::entry& e = c.log.add();
  auto& p = begin<delay_payload>(e, entry_kind::delay_changed, q.slot(), c.now_ms);
  p = {q.uid, std::int64_t{longer_s} * 1000};
  e.object = const_cast<queue_state*>(&q);
  return errc::ok;
}

errc decide_delete_queue(const context& c, const queue_state& q) {
  log_queue_entry(c, q, entry_kind::queue_deleted);
  return errc::ok;
}

errc decide_purge(const context& c, const queue_state& q) {
  if (c.limits.rates_limited && c.now_ms - q.purged_at_ms < purge_interval_ms) {
    return errc::purge_in_progress;
  }
  log_queue_entry(c, q, entry_kind::queue_purged);
  return errc::ok;
}

void merge(queue_attributes& into, const queue_attributes& changes, std::uint32_t given) {
  if (given & given_delay_seconds) into.delay_seconds = changes.delay_seconds;
  if (given & given_maximum_message_size) into.maximum_message_size = changes.maximum_message_size;
  if (given & given_message_retention_period) {
    into.message_retention_period = changes.message_retention_period;
  }
  if (given & given_receive_message_wait_time_seconds) {
    into.receive_message_wait_time_seconds = changes.receive_message_wait_time_seconds;
  }
  if (given & given_visibility_timeout) into.visibility_timeout = changes.visibility_timeout;
  if (given & given_redrive) {
    into.redrive = changes.redrive.target_queue.empty() ? redrive_policy{} : changes.redrive;
  }
  if (given & given_durability) into.level = changes.level;
  if (given & given_fifo_queue) into.fifo_queue = changes.fifo_queue;
  if (given & given_content_based_deduplication) {
    into.content_based_deduplication = changes.content_based_deduplication;
  }
  if (given & given_deduplication_scope) into.scope = changes.scope;
  if (given & given_fifo_throughput_limit) into.throughput_limit = changes.throughput_limit;
  for (const auto& [key, value] : changes.stored) {
    std::erase_if(into.stored, [&name = key](const auto& pair) { return pair.first == name; });
    if (!value.empty()) into.stored.emplace_back(key, value);
  }
  std::sort(into.stored.begin(), into.stored.end());
}

bool same(const queue_attributes& has, const queue_attributes& wanted, std::uint32_t given) {
  queue_attributes merged = has;
  merge(merged, wanted, given);
  if (given & (given_all | given_durability | given_fifo)) {
    queue_attributes bare = has;
    bare.stored = merged.stored;
    if (!(bare == merged)) return false;
  }
  return std::all_of(wanted.stored.begin(), wanted.stored.end(), [&](const auto& pair) {
    const std::string* value = stored_value(has, pair.first);
    return value == nullptr ? pair.second.empty() : *value == pair.second;
  });
}

}  // namespace millrace::queue
