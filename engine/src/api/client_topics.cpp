// Operations on topics at the client's end: their parts, and what is published.
#include <array>
#include <cstring>
#include <millrace/attributes.hpp>

#include "api/client_core.hpp"
#include "api/fifo_ids.hpp"
#include "base/hash.hpp"
#include "base/sha256.hpp"

namespace millrace {
inline namespace v1 {
namespace detail {
namespace {

constexpr std::size_t parts_kept = 64;

std::uint32_t u32(std::size_t n) noexcept { return static_cast<std::uint32_t>(n); }
std::size_t padded(std::size_t bytes) noexcept { return (bytes + 7) / 8 * 8; }

/// As many as there are, other than measure_attributes(): only raw deliveries have a limit.
errc measure(bytes_view encoded, std::uint32_t& bytes, std::uint32_t& count) noexcept {
  attribute_reader reader(encoded);
  message_attribute a;
  while (reader.next(a)) {
    bytes += u32(a.name.size() + a.data_type.size() + a.value.size());
    ++count;
  }
  return reader.at_end() ? errc::ok : errc::invalid_message_attributes;
}

bool fits(std::uint32_t at, std::size_t length, bytes_view in) noexcept {
  return at == publish_entry::no_place || (at <= in.size() && in.size() - at >= length);
}

errc check_parts(const publish_entry& entry) noexcept {
  constexpr std::size_t sequence_length = 20;
  if (entry.message.empty()) return errc::empty_message;
  if (!valid_fifo_id(entry.message_group_id)) return errc::invalid_message_group_id;
  if (!valid_fifo_id(entry.message_deduplication_id)) {
    return errc::invalid_message_deduplication_id;
  }
  if (entry.message.size() > message_bytes_max || entry.attributes.size() > message_bytes_max ||
      entry.system_attributes.size() > message_bytes_max) {
    return errc::message_too_long;
  }
  const bool places = fits(entry.subscription_at, subscription_id_length, entry.notification) &&
                      fits(entry.sequence_at, sequence_length, entry.notification);
  return places ? errc::ok : errc::invalid_option;
}

/// Ids as they go into the envelope.
struct published_ids {
  queue::fifo_texts texts;
  std::array<char, 64> content;  ///< that the texts may point to
};

void read_ids(const publish_entry& entry, bool standard, const base::tag_key& secret,
              published_ids& out) noexcept {
  using id_from = queue::fifo_part::id_from;
  queue::fifo_texts& texts = out.texts;
  texts.group = entry.message_group_id;
  texts.deduplication = entry.message_deduplication_id;
  texts.deduplication_from = texts.deduplication.empty() ? id_from::nothing : id_from::sender;
  // Only its lane knows whether it is wanted; without a group it is not.
  if (texts.deduplication.empty() && !standard && !texts.group.empty()) {
    out.content = base::to_hex(base::sha256(entry.message));
    texts.deduplication = {out.content.data(), out.content.size()};
    texts.deduplication_from = id_from::content;
  }
  const std::array<std::string_view, 2> both{texts.group, texts.deduplication};
  if (!both[0].empty() || !both[1].empty()) queue::keys_of(secret, both, texts.keys);
}

queue::envelope envelope_of(const publish_entry& entry, const queue::fifo_texts& texts) noexcept {
  queue::envelope head;
  head.attributes_bytes = u32(entry.attributes.size());
  head.system_bytes = u32(entry.system_attributes.size());
  head.body_bytes = u32(entry.message.size());
  head.group_bytes = static_cast<std::uint8_t>(texts.group.size());
  head.deduplication_bytes = static_cast<std::uint8_t>(texts.deduplication.size());
  head.deduplication_from = static_cast<std::uint8_t>(texts.deduplication_from);
  if (entry.message_digest != nullptr) {
    head.has_digest = 1;
    head.body_digest = *entry.message_digest;
  }
  return head;
}

std::byte* append(std::byte* to, bytes_view part) noexcept {
  if (!part.empty()) std::memcpy(to, part.data(), part.size());
  return to + part.size();
}

}  // namespace

lane::operation* client_core::begin_topic(operation_kind kind, std::uint64_t token) {
  lane::operation* op = begin(kind, token);
  if (op == nullptr) return nullptr;
  if (topic_parts_.empty()) {
    op->topic = std::make_unique<topic_part>();
  } else {
    op->topic = std::move(topic_parts_.back());
    topic_parts_.pop_back();
  }
  op->topic->used = kind != operation_kind::publish;
  return op;
}

void client_core::keep_topic_part(lane::operation& op) noexcept {
  std::unique_ptr<topic_part> part = std::move(op.topic);
  part->reset();
  if (topic_parts_.size() < parts_kept) topic_parts_.push_back(std::move(part));
}

errc client_core::address_topic(lane::operation& op, const topic_name_or_handle& topic) noexcept {
  op.topic->handle = topic.handle;
  if (topic.handle.id != 0) return errc::ok;
  if (!topic::valid_topic_name(topic.name)) return errc::invalid_topic_name;
  op.topic->name = topic.name;
  op.name_hash = base::hash_bytes(topic.name);
  return errc::ok;
}

errc client_core::store(topic::publish_args& args, const publish_entry& entry,
                        bool standard) noexcept {
  if (const errc e = check_parts(entry); e != errc::ok) return e;
  topic::published_head head;
  std::uint32_t attribute_bytes = 0;
  if (const errc e = measure(entry.attributes, attribute_bytes, head.attributes); e != errc::ok) {
    return e;
  }
  published_ids ids;
  read_ids(entry, standard, engine_.secret(), ids);
  const queue::envelope envelope = envelope_of(entry, ids.texts);
  const std::size_t fifo_bytes = queue::fifo_bytes_of(envelope);
  head.raw_counted = u32(entry.message.size()) + attribute_bytes;
  head.attributes_at = u32(sizeof head + sizeof envelope + fifo_bytes);
  head.attributes_bytes = u32(entry.attributes.size());
  head.message_at = head.attributes_at + head.attributes_bytes + envelope.system_bytes;
  head.message_bytes = u32(entry.message.size());
  head.raw_bytes = head.message_at + head.message_bytes - u32(sizeof head);
  head.notification_at = u32(padded(sizeof head + head.raw_bytes));
  const bool lost = entry.notification.size() > message_bytes_max;
  const bytes_view notification = lost ? bytes_view() : entry.notification;
  head.notification_lost = lost ? 1 : 0;
  head.notification_bytes = u32(notification.size());
  head.subscription_at = entry.subscription_at;
  head.sequence_at = entry.sequence_at;
  const std::size_t bytes = head.notification_at + notification.size();
  std::byte* const start = writer_.reserve(bytes);
  if (start == nullptr) return errc::memory_full;
  std::memcpy(start, &head, sizeof head);
  std::memcpy(start + sizeof head, &envelope, sizeof envelope);
  std::byte* to = start + sizeof head + sizeof envelope;
  if (fifo_bytes != 0) to = queue::put_fifo_part(to, ids.texts);
  append(append(append(to, entry.attributes), entry.system_attributes), entry.message);
  append(start + head.notification_at, notification);
  args.body = writer_.commit(bytes);
  args.bytes = head.raw_counted;
  args.has_group = !entry.message_group_id.empty();
  args.deduplication_from = static_cast<topic::id_from>(ids.texts.deduplication_from);
  args.group = ids.texts.keys[0];
  args.deduplication = ids.texts.keys[1];
  args.raw_only = entry.raw_only;
  args.has_id = entry.id != nullptr;
  if (entry.id != nullptr) args.id = *entry.id;
  return errc::ok;
}

errc client_core::fill_publish(lane::operation& op,
                               std::span<const publish_entry> entries) noexcept {
  if (entries.empty()) return errc::empty_batch;
  if (entries.size() > batch_entries_max) return errc::too_many_entries;
  topic_part& part = *op.topic;
  const bool standard = part.handle.id == 0 && !part.name.ends_with(topic::fifo_suffix);
  for (const publish_entry& e : entries) {
    part.results[op.count] = {};
    part.results[op.count].status = store(part.publishes[op.count], e, standard);
    ++op.count;
  }
  return errc::ok;
}

}  // namespace detail
}  // namespace v1
}  // namespace millrace
