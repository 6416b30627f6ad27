// What programs hand in with ids and bodies: sends, checked and written with their envelope into a
// block, and receives.
#include <algorithm>
#include <array>
#include <cstring>
#include <millrace/attributes.hpp>
#include <new>

#include "api/client_core.hpp"
#include "api/fifo_ids.hpp"
#include "base/sha256.hpp"

namespace millrace {
inline namespace v1 {
namespace detail {

namespace {

bool has_ids(const send_entry& entry) noexcept {
  return !entry.message_group_id.empty() || !entry.message_deduplication_id.empty();
}

struct fifo_ids {
  queue::fifo_texts texts;
  std::array<char, 64> content;  ///< that the texts may point to
};

/// For the few sends that have any: what goes into the envelope. `standard`: the queue is known to
/// be no FIFO queue.
errc read_ids(const send_entry& entry, bool standard, queue::envelope& head,
              fifo_ids& out) noexcept {
  using id_from = queue::fifo_part::id_from;
  if (!valid_fifo_id(entry.message_group_id)) return errc::invalid_message_group_id;
  if (!valid_fifo_id(entry.message_deduplication_id)) {
    return errc::invalid_message_deduplication_id;
  }
  queue::fifo_texts& texts = out.texts;
  texts.group = entry.message_group_id;
  texts.deduplication = entry.message_deduplication_id;
  texts.deduplication_from = id_from::sender;
  if (texts.deduplication.empty()) texts.deduplication_from = id_from::nothing;
  if (texts.deduplication.empty() && !standard) {  // only its lane knows whether it is wanted
    out.content = base::to_hex(base::sha256(entry.body));
    texts.deduplication = {out.content.data(), out.content.size()};
    texts.deduplication_from = id_from::content;
  }
  head.group_bytes = static_cast<std::uint8_t>(texts.group.size());
  head.deduplication_bytes = static_cast<std::uint8_t>(texts.deduplication.size());
  head.deduplication_from = static_cast<std::uint8_t>(texts.deduplication_from);
  return errc::ok;
}

/// The envelope is made where it is to be: copied from the stack it would be read in other pieces
/// than it was written, and that waits for the stores of the body before.
void write(const send_entry& entry, std::byte* to, const queue::envelope& ids,
           const queue::fifo_texts* texts) noexcept {
  queue::envelope& head = *::new (static_cast<void*>(to)) queue::envelope;
  head.attributes_bytes = static_cast<std::uint32_t>(entry.attributes.size());
  head.system_bytes = static_cast<std::uint32_t>(entry.system_attributes.size());
  head.body_bytes = static_cast<std::uint32_t>(entry.body.size());
  head.group_bytes = ids.group_bytes;
  head.deduplication_bytes = ids.deduplication_bytes;
  head.deduplication_from = ids.deduplication_from;
  if (entry.body_digest != nullptr) {
    head.has_digest = 1;
    head.body_digest = *entry.body_digest;
  }
  to += sizeof head;
  if (texts != nullptr) to = queue::put_fifo_part(to, *texts);
  for (const bytes_view part : {entry.attributes, entry.system_attributes, entry.body}) {
    if (!part.empty()) std::memcpy(to, part.data(), part.size());
    to += part.size();
  }
}

}  // namespace

/// Nearly always of nothing: then a call would be all that is left of it.
static attribute_size measured(bytes_view attributes) noexcept {
  return attributes.empty() ? attribute_size{} : measure_attributes(attributes);
}

inline errc client_core::put(lane::send_slot& slot, const send_entry& entry, std::size_t counted,
                             const queue::envelope& ids, const queue::fifo_texts* texts) noexcept {
  const std::size_t bytes = sizeof(queue::envelope) + queue::fifo_bytes_of(ids) +
                            entry.attributes.size() + entry.system_attributes.size() +
                            entry.body.size();
  const std::uint32_t room = engine_.room_before(bytes, texts != nullptr);
  std::byte* to = writer_.reserve(bytes, sync::allocation_class::normal, room);
  if (to == nullptr) return errc::memory_full;
  slot.roomy = room != 0;
  write(entry, to, ids, texts);
  slot.body = writer_.commit(bytes);
  slot.bytes = static_cast<std::uint32_t>(counted);
  slot.delay_seconds = entry.delay_seconds;
  return errc::ok;
}

/// What needs no look at ids; `counted` is what limits count.
errc client_core::check(const send_entry& entry, std::size_t& counted) const noexcept {
  if (entry.body.empty()) return errc::empty_message;
  const attribute_size attributes = measured(entry.attributes);
  if (attributes.status != errc::ok) return attributes.status;
  const attribute_size system = measured(entry.system_attributes);
  if (system.status != errc::ok) return errc::invalid_message_attributes;
  if (system.bytes > message_bytes_max) return errc::message_too_long;
  counted = entry.body.size() + attributes.bytes;
  return counted > engine_.message_size_max() ? errc::message_too_long : errc::ok;
}

/// Apart, so that other sends have no room for its texts on their stack; nor have single ones for
/// those of a batch.
template <std::size_t CountMax>
[[gnu::noinline]] void client_core::store_with_ids(lane::operation& op,
                                                   std::span<const send_entry> entries,
                                                   bool standard) noexcept {
  std::array<std::size_t, CountMax> counted{};
  std::array<queue::envelope, CountMax> heads;
  std::array<fifo_ids, CountMax> ids;
  std::array<std::string_view, 2 * CountMax> texts;
  std::array<queue::fifo_key, 2 * CountMax> keys;
  const std::size_t count = entries.size();
  for (std::size_t i = 0; i < count; ++i) {
    errc& status = op.slot.sends[i].result.status;
    status = check(entries[i], counted[i]);
    if (status == errc::ok && has_ids(entries[i])) {
      status = read_ids(entries[i], standard, heads[i], ids[i]);
    }
    if (status != errc::ok) continue;
    texts[2 * i] = ids[i].texts.group;
    texts[2 * i + 1] = ids[i].texts.deduplication;
  }
  queue::keys_of(engine_.secret(), std::span(texts).first(2 * count),
                 std::span(keys).first(2 * count));
  for (std::size_t i = 0; i < count; ++i) {
    lane::send_slot& slot = op.slot.sends[i];
    if (slot.result.status != errc::ok) continue;
    const send_entry& entry = entries[i];
    slot.has_group_id = !entry.message_group_id.empty();
    slot.has_deduplication_id = !entry.message_deduplication_id.empty();
    ids[i].texts.keys = {keys[2 * i], keys[2 * i + 1]};
    slot.result.status =
        put(slot, entry, counted[i], heads[i], has_ids(entry) ? &ids[i].texts : nullptr);
  }
}

errc client_core::fill_send(lane::operation& op, std::span<const send_entry> entries) noexcept {
  if (entries.empty()) return errc::empty_batch;
  if (entries.size() > batch_entries_max) return errc::too_many_entries;
  bool with_ids = has_ids(entries.front());
  if (entries.size() > 1) {
    std::size_t total = 0;
    for (const send_entry& e : entries) {
      total += e.body.size() + measured(e.attributes).bytes;
      with_ids |= has_ids(e);
    }
    if (total > engine_.message_size_max()) return errc::batch_too_long;
  }
  for (const send_entry& e : entries) {
    lane::send_slot& slot = op.slot.sends[op.count++];
    // One by one: a value put together on the stack and read back in other pieces would wait for
    // the stores of the body before, which lie behind cache misses.
    slot.body = {};
    slot.bytes = 0;
    slot.roomy = 0;
    slot.has_group_id = 0;
    slot.has_deduplication_id = 0;
    slot.delay_seconds = -1;
    slot.result.id = {};
    slot.result.sequence = 0;
    if (with_ids) continue;
    std::size_t counted = 0;
    slot.result.status = check(e, counted);
    if (slot.result.status == errc::ok) {
      slot.result.status = put(slot, e, counted, queue::envelope{}, nullptr);
    }
  }
  if (!with_ids) return errc::ok;
  const bool standard = op.queue.id == 0 && !op.name.ends_with(queue::fifo_suffix);
  if (entries.size() == 1) {
    store_with_ids<1>(op, entries, standard);
  } else {
    store_with_ids<batch_entries_max>(op, entries, standard);
  }
  return errc::ok;
}

errc client_core::fill_receive(lane::operation& op, const receive_options& wanted) const noexcept {
  op.receive = wanted;
  op.receive.receive_request_attempt_id = {};  // the caller's memory
  const std::string_view id = wanted.receive_request_attempt_id;
  op.wait.has_attempt = !id.empty();
  if (id.empty()) return errc::ok;
  if (!valid_fifo_id(id)) return errc::invalid_receive_request_attempt_id;
  op.wait.attempt = queue::key_of(engine_.secret(), id);
  return errc::ok;
}

}  // namespace detail
}  // namespace v1
}  // namespace millrace
