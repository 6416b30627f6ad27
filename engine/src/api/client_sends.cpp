// What programs hand in with ids and bodies: sends, checked and written with their envelope into a
// block, and receives.
#include <algorithm>
#include <array>
#include <cstring>
#include <millrace/attributes.hpp>
#include <new>

#include "api/client_core.hpp"
#include "base/sha256.hpp"

namespace millrace {
inline namespace v1 {
namespace detail {

namespace {

/// As the SQS API reference says of MessageGroupId and MessageDeduplicationId.
bool valid_fifo_id(std::string_view id) noexcept {
  if (id.size() > queue::fifo_id_bytes_max) return false;
  std::uint8_t bad = 0;  // to the end whatever it finds: the compiler makes a vector of it
  for (const char c : id) {
    const auto from_first = static_cast<std::uint8_t>(static_cast<std::uint8_t>(c) - '!');
    bad = static_cast<std::uint8_t>(bad | static_cast<std::uint8_t>(from_first > '~' - '!'));
  }
  return bad == 0;
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
  texts = {entry.message_group_id, entry.message_deduplication_id, id_from::sender};
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
           const queue::fifo_texts* texts, const base::tag_key& secret) noexcept {
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
  if (texts != nullptr) to = queue::put_fifo_part(to, secret, *texts);
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
  std::byte* to = writer_.reserve(bytes);
  if (to == nullptr) return errc::memory_full;
  write(entry, to, ids, texts, engine_.secret());
  slot.body = writer_.commit(bytes);
  slot.bytes = static_cast<std::uint32_t>(counted);
  slot.delay_seconds = entry.delay_seconds;
  return errc::ok;
}

errc client_core::store(lane::send_slot& slot, const send_entry& entry, bool standard) noexcept {
  if (entry.body.empty()) return errc::empty_message;
  const attribute_size attributes = measured(entry.attributes);
  if (attributes.status != errc::ok) return attributes.status;
  if (measured(entry.system_attributes).status != errc::ok) {
    return errc::invalid_message_attributes;
  }
  const std::size_t counted = entry.body.size() + attributes.bytes;
  if (counted > engine_.message_size_max()) return errc::message_too_long;
  if (!entry.message_group_id.empty() || !entry.message_deduplication_id.empty()) {
    return store_with_ids(slot, entry, counted, standard);
  }
  return put(slot, entry, counted, queue::envelope{}, nullptr);
}

/// Apart, so that other sends have no room for its texts on their stack.
[[gnu::noinline]] errc client_core::store_with_ids(lane::send_slot& slot, const send_entry& entry,
                                                   std::size_t counted, bool standard) noexcept {
  queue::envelope head;
  fifo_ids ids;
  if (const errc e = read_ids(entry, standard, head, ids); e != errc::ok) return e;
  slot.has_group_id = !entry.message_group_id.empty();
  slot.has_deduplication_id = !entry.message_deduplication_id.empty();
  return put(slot, entry, counted, head, &ids.texts);
}

errc client_core::fill_send(lane::operation& op, std::span<const send_entry> entries) noexcept {
  if (entries.empty()) return errc::empty_batch;
  if (entries.size() > batch_entries_max) return errc::too_many_entries;
  if (entries.size() > 1) {
    std::size_t total = 0;
    for (const send_entry& e : entries) total += e.body.size() + measured(e.attributes).bytes;
    if (total > engine_.message_size_max()) return errc::batch_too_long;
  }
  const bool standard = op.queue.id == 0 && !op.name.ends_with(queue::fifo_suffix);
  for (const send_entry& e : entries) {
    lane::send_slot& slot = op.slot.sends[op.count++];
    // One by one: a value put together on the stack and read back in other pieces would wait for
    // the stores of the body before, which lie behind cache misses.
    slot.body = {};
    slot.bytes = 0;
    slot.has_group_id = 0;
    slot.has_deduplication_id = 0;
    slot.delay_seconds = -1;
    slot.result.id = {};
    slot.result.sequence = 0;
    slot.result.status = store(slot, e, standard);
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
