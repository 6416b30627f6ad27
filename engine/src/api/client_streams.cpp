// Operations on streams at the client's end: their parts, what is put, what was read.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "api/client_core.hpp"
#include "base/hash.hpp"
#include "base/stream_writer.hpp"

namespace millrace {
inline namespace v1 {
namespace detail {
namespace {

constexpr std::size_t parts_kept = 64;
constexpr std::size_t puts_kept = 1'024;  // a part that grew beyond is not kept

/// A put of as much goes past the caches: what it stored first would have left them by its end, and
/// each line would have been fetched from memory for nothing.
constexpr std::size_t streamed_bytes_min = std::size_t{256} << 10;

/// Envelope, data and key.
void write_record(std::byte* to, const put_entry& entry, bool streamed) noexcept {
  const stream::record_envelope head{static_cast<std::uint32_t>(entry.data.size()),
                                     static_cast<std::uint32_t>(entry.partition_key.size())};
  if (streamed) {
    base::stream_writer writer(to);
    writer.word(std::bit_cast<std::uint64_t>(head));
    writer.bytes(entry.data);
    writer.bytes(as_bytes(entry.partition_key));
    writer.pad();
    return;
  }
  std::memcpy(to, &head, sizeof head);
  to += sizeof head;
  if (!entry.data.empty()) std::memcpy(to, entry.data.data(), entry.data.size());
  std::memcpy(to + entry.data.size(), entry.partition_key.data(), entry.partition_key.size());
}

/// Of UTF-8, which has no more characters than bytes.
bool more_characters_than(std::size_t most, std::string_view text) noexcept {
  if (text.size() <= most) return false;
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0U) != 0x80U ? 1 : 0;
  return count > most;
}

}  // namespace

lane::operation* client_core::begin_stream(operation_kind kind, std::uint64_t token) {
  lane::operation* op = begin(kind, token);
  if (op == nullptr) return nullptr;
  if (parts_.empty()) {
    op->stream = std::make_unique<stream_part>();
  } else {
    op->stream = std::move(parts_.back());
    parts_.pop_back();
  }
  return op;
}

void client_core::keep_part(lane::operation& op) noexcept {
  std::unique_ptr<stream_part> part = std::move(op.stream);
  part->reset();
  if (parts_.size() < parts_kept && part->puts.capacity() <= puts_kept) {
    parts_.push_back(std::move(part));
  }
}

errc client_core::address_stream(lane::operation& op,
                                 const stream_name_or_handle& stream) noexcept {
  op.stream->handle = stream.handle;
  if (stream.handle.id != 0) return errc::ok;
  if (!stream::valid_name(stream.name)) return errc::invalid_stream_name;
  op.stream->name = stream.name;
  op.name_hash = base::hash_bytes(stream.name);
  return errc::ok;
}

errc client_core::store(put_slot& slot, const put_entry& entry, bool streamed) noexcept {
  const std::string_view key = entry.partition_key;
  if (key.empty() || more_characters_than(partition_key_characters_max, key)) {
    return errc::invalid_partition_key;
  }
  const std::size_t counted = entry.data.size() + key.size();
  if (entry.data.size() > put_bytes_max) return errc::record_too_large;
  const std::size_t bytes = sizeof(stream::record_envelope) + counted;
  std::byte* to = writer_.reserve(bytes);
  if (to == nullptr) return errc::memory_full;
  write_record(to, entry, streamed);
  slot.record.body = writer_.commit(bytes, !streamed);
  slot.record.bytes = static_cast<std::uint32_t>(counted);
  slot.record.key_bytes = static_cast<std::uint32_t>(key.size());
  return errc::ok;
}

/// The keys whose hash the caller does not give, side by side. After they were stored: then they
/// are in the cache, and what is on its way to memory gets on meanwhile.
void client_core::hash_keys(std::span<const put_entry> entries, std::vector<put_slot>& slots) {
  std::array<md5_digest, put_records_max> digests;
  std::vector<md5_job>& jobs = hashing_;
  jobs.resize(std::max(jobs.size(), entries.size()));  // as many as ever, so that it makes few
  std::size_t count = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].hash == nullptr) jobs[count++] = {entries[i].partition_key, &digests[i]};
  }
  md5_many(std::span(jobs).first(count));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const hash_key* given = entries[i].hash;
    slots[i].record.hash = given != nullptr ? *given : hash_key_of(digests[i]);
  }
}

errc client_core::fill_puts(lane::operation& op, std::span<const put_entry> entries) {
  if (entries.empty() || entries.size() > put_records_max) return errc::too_many_records;
  std::size_t total = 0;
  for (const put_entry& e : entries) total += e.data.size() + e.partition_key.size();
  if (total > put_bytes_max && entries.size() > 1) return errc::too_many_records;
  stream_part& part = *op.stream;
  part.puts.resize(entries.size());
  part.results.assign(entries.size(), {});
  const bool streamed = total >= streamed_bytes_min;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    part.results[i].status = store(part.puts[i], entries[i], streamed);
    part.puts[i].refused = part.results[i].status != errc::ok;
  }
  hash_keys(entries, part.puts);
  if (streamed) base::stream_writer::done();
  return errc::ok;
}

void client_core::view(stream_part& part) {
  part.views.clear();
  for (const stream::taken_record& r : part.batch.records) {
    const bytes_view bytes = r.body.bytes();
    const auto* head = reinterpret_cast<const stream::record_envelope*>(bytes.data());
    const bytes_view rest = bytes.subspan(sizeof *head);
    part.views.push_back({r.sequence, rest.first(head->data_bytes),
                          as_text(rest.subspan(head->data_bytes, head->key_bytes)),
                          r.arrived_at_ms});
  }
}

std::shared_ptr<stream::shard_tail> client_core::make_tail() {
  sync::block* memory = engine_.blocks().take_dedicated(stream::shard_tail::ring_bytes,
                                                        sync::allocation_class::normal);
  return memory == nullptr ? nullptr : std::make_shared<stream::shard_tail>(*memory);
}

base::time_ms client_core::now_ms() const noexcept { return base::to_ms(engine_.clock().now()); }

std::unique_ptr<stream_part> client_core::take_part(lane::operation& op) noexcept {
  return std::move(op.stream);
}

std::unique_ptr<stream_part> client_core::take_shown_part() noexcept {
  const bool any = shown_ != nullptr && shown_->kind == operation_kind::read_records;
  return any ? take_part(*shown_) : nullptr;
}

}  // namespace detail
}  // namespace v1
}  // namespace millrace
