#include "log_writer.hpp"

#include <algorithm>
#include <cstring>

#include "base/hash.hpp"
#include "journal/segment_name.hpp"

namespace millrace::test {

using namespace journal;
using format::batch_header;
using format::batch_header_bytes;
using format::block;

namespace {

constexpr std::size_t pool_bytes = std::size_t{256} << 10;

// Bytes to take bodies and extras from; no two places look alike.
struct byte_pool {
  alignas(64) std::byte memory[sizeof(sync::block) + pool_bytes];
  byte_pool() {
    std::memset(memory, 0, sizeof(sync::block));
    for (std::size_t i = 0; i != pool_bytes; i += 8) {
      const std::uint64_t word = base::mix64(i + 1);
      std::memcpy(memory + sizeof(sync::block) + i, &word, 8);
    }
  }
};

byte_pool& pool() {
  static byte_pool one;
  return one;
}

std::uint32_t body_size(std::uint64_t mixed) {
  const auto draw = static_cast<std::uint32_t>(mixed % 100);
  if (draw < 30) return 0;
  if (draw < 90) return static_cast<std::uint32_t>((mixed >> 8) % 300 + 1);
  return static_cast<std::uint32_t>((mixed >> 8) % 6000 + 1);
}

}  // namespace

entry named_entry(const entry_name& name) {
  const std::uint64_t mixed = base::mix64(name.number * 0x9e3779b97f4a7c15ULL + name.incarnation);
  byte_pool& bytes = pool();
  entry e;
  e.kind = static_cast<std::uint8_t>(mixed >> 56);
  e.slot = static_cast<std::uint8_t>(mixed >> 48);
  e.level = durability::disk;
  e.at_ms = static_cast<std::int64_t>(name.number);
  e.emplace<entry_name>() = name;
  e.extra = {bytes.memory + sizeof(sync::block) + mixed % 1000, (mixed >> 20) % 40};
  if (const std::uint32_t size = body_size(mixed); size != 0) {
    const auto offset = static_cast<std::uint32_t>((mixed >> 24) % (pool_bytes - 8192)) & ~7U;
    e.body = {reinterpret_cast<sync::block*>(bytes.memory),
              static_cast<std::uint32_t>(sizeof(sync::block)) + offset, size};
  }
  return e;
}

std::optional<entry_name> name_of(const format::stored_entry& e) {
  if (e.value.used != sizeof(entry_name)) return {};
  const entry_name name = e.value.as<entry_name>();
  const entry wanted = named_entry(name);
  const bytes_view body = wanted.body ? wanted.body.bytes() : bytes_view{};
  const bool same =
      e.value.owner == wanted.owner && e.value.kind == wanted.kind && e.value.slot == wanted.slot &&
      e.value.version == wanted.version && e.value.at_ms == wanted.at_ms &&
      std::ranges::equal(e.value.extra, wanted.extra) && std::ranges::equal(e.body, body);
  return same ? std::optional(name) : std::nullopt;
}

bool is_numbered(const format::stored_entry& e, std::uint64_t sequence) {
  const auto name = name_of(e);
  return name && name->number == sequence;
}

log_writer::aligned::aligned(std::size_t size) : memory(size + block) {
  const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
  view = {memory.data() + (block - address % block) % block, size};
}

log_writer::log_writer(storage& directory, const options& wanted)
    : storage_(directory), options_(wanted), salt_(format::batch_salt(wanted.directory)) {}

bool log_writer::start() { return make_segment(1) && open_segment(1); }

bool log_writer::start(const recovery_report& found) {
  const log_end& end = found.end;
  sequence_ = end.next_sequence;
  group_ = end.next_group;
  crc_ = end.last_crc;
  oldest_ = end.oldest_segment;
  newest_ = found.segments.empty() ? 0 : found.segments.back().number;
  // What was replayed may be in the page cache only.
  for (const recovered_segment& one : found.segments) {
    std::unique_ptr<file> written_before;
    if (storage_.open(one.name, true, written_before) != io_status::ok) return false;
    if (written_before->sync() != io_status::ok) return false;
  }
  synced_group_ = end.complete_group;
  acked_os_ = acked_disk_ = sequence_ - 1;
  segment_ = end.segment;
  if (end.segment == 0 || !end.clean) return roll();
  if (!open_segment(end.segment)) return false;
  offset_ = end.offset;
  return true;
}

void log_writer::add(std::uint16_t lane, std::uint32_t entries) {
  pending_.push_back({lane, entries});
}

bool log_writer::commit(durability level) {
  std::vector<aligned> places;
  std::vector<bytes_view> pieces;
  std::uint64_t size = 0;
  std::uint64_t first = sequence_;
  for (const lane_batch& batch : pending_) {
    size += format::round_to_block(encoded_size(batch, first) + batch_header_bytes);
    first += batch.entries;
  }
  if (offset_ + size > segment_size_ && !roll()) return false;
  place_ = offset_;
  for (const lane_batch& batch : pending_) {
    places.push_back(encode(batch, &batch == &pending_.back()));
    pieces.emplace_back(places.back().view);
  }
  pending_.clear();
  return write(pieces, level);
}

bool log_writer::seal() {
  if (!sync_all()) return false;
  if (offset_ + block > segment_size_ && !roll()) return false;
  place_ = offset_;
  const aligned place = encode({}, true);
  return write({place.view}, durability::disk);
}

std::size_t log_writer::encoded_size(const lane_batch& batch, std::uint64_t first) const {
  std::size_t size = batch_header_bytes;
  for (std::uint32_t i = 0; i != batch.entries; ++i) {
    size += format::encoded_bytes(named_entry({first + i, options_.incarnation}));
  }
  return size;
}

log_writer::aligned log_writer::encode(const lane_batch& batch, bool last) {
  batch_header header;
  header.bytes = static_cast<std::uint32_t>(encoded_size(batch, sequence_));
  header.entries = batch.entries;
  header.lane = batch.lane;
  header.flags = static_cast<std::uint16_t>((last ? batch_header::last_of_group : 0) |
                                            (batch.entries == 0 ? batch_header::seal : 0));
  header.ordinal = ++ordinal_;
  header.incarnation = options_.incarnation;
  header.first_sequence = sequence_;
  aligned place(header.place_bytes());
  const std::uint32_t salt = format::entry_salt(header.incarnation, header.lane, header.ordinal);
  std::size_t at = batch_header_bytes;
  for (std::uint32_t i = 0; i != batch.entries; ++i) {
    std::byte* const to = place.view.data() + at;
    const std::size_t size =
        format::encode(named_entry({sequence_, options_.incarnation}), i, salt, to);
    entries_.push_back({segment_, place_ + at, size, sequence_, 1});
    at += size;
    ++sequence_;
  }
  finish_header(header, place.view);
  batches_.push_back({segment_, place_, place.view.size(), header.first_sequence, header.entries});
  place_ += place.view.size();
  return place;
}

void log_writer::finish_header(batch_header& header, std::span<std::byte> place) {
  header.segment = segment_;
  header.group = group_;
  header.previous_crc = crc_;
  header.oldest_segment = oldest_;
  header.synced_group = synced_group_;
  crc_ = format::encode(header, salt_, place.data());
  std::memcpy(place.data() + place.size() - batch_header_bytes, place.data(), batch_header_bytes);
}

bool log_writer::write(const std::vector<bytes_view>& pieces, durability level) {
  const bool durable = level == durability::disk;
  const write_mode mode = durable && !waiting_ ? write_mode::durable : write_mode::cached;
  if (file_->write(offset_, pieces, mode) != io_status::ok) return false;
  if (durable && waiting_ && !sync_all()) return false;
  offset_ = place_;
  acked_os_ = sequence_ - 1;
  if (durable) {
    acked_disk_ = acked_os_;
    synced_group_ = group_;
  } else {
    waiting_ = true;
  }
  ++group_;
  return true;
}

bool log_writer::roll() {
  if (file_ != nullptr && waiting_) unsynced_.push_back(std::move(file_));
  const std::uint64_t next = segment_ + 1;
  if (newest_ < next && !make_segment(next)) return false;
  return open_segment(next);
}

bool log_writer::recycle(std::uint64_t number) {
  const std::string old_name = segment_name(number);
  const std::uint64_t next = newest_ + 1;
  const std::string unfinished = segment_name(next, unfinished_suffix);
  if (storage_.rename(old_name, unfinished) != io_status::ok) return false;
  if (storage_.sync_directory() != io_status::ok) return false;
  std::unique_ptr<file> out;
  if (storage_.open(unfinished, true, out) != io_status::ok) return false;
  aligned header(block);
  format::encode(format::segment_header{next, out->size(), options_.directory},
                 std::span<std::byte, block>(header.view));
  const bytes_view pieces[] = {header.view};
  if (out->write(0, pieces, write_mode::durable) != io_status::ok) return false;
  if (storage_.rename(unfinished, segment_name(next)) != io_status::ok) return false;
  if (storage_.sync_directory() != io_status::ok) return false;
  newest_ = next;
  return true;
}

bool log_writer::make_segment(std::uint64_t number) {
  const std::string unfinished = segment_name(number, unfinished_suffix);
  const io_status removed = storage_.remove(unfinished);
  if (removed != io_status::ok && removed != io_status::not_found) return false;
  std::unique_ptr<file> out;
  if (storage_.create(unfinished, out) != io_status::ok) return false;
  aligned zeros(options_.segment_bytes);
  format::encode(format::segment_header{number, options_.segment_bytes, options_.directory},
                 std::span<std::byte, block>(zeros.view.first(block)));
  const bytes_view pieces[] = {zeros.view};
  if (out->write(0, pieces, write_mode::cached) != io_status::ok) return false;
  if (out->sync() != io_status::ok) return false;
  if (storage_.rename(unfinished, segment_name(number)) != io_status::ok) return false;
  if (storage_.sync_directory() != io_status::ok) return false;
  newest_ = number;
  return true;
}

bool log_writer::open_segment(std::uint64_t number) {
  if (storage_.open(segment_name(number), true, file_) != io_status::ok) return false;
  segment_ = number;
  segment_size_ = file_->size();
  offset_ = block;
  return true;
}

bool log_writer::sync_all() {
  if (!waiting_) return true;
  for (const auto& left : unsynced_) {
    if (left->sync() != io_status::ok) return false;
  }
  unsynced_.clear();
  if (file_->sync() != io_status::ok) return false;
  waiting_ = false;
  synced_group_ = group_ - 1;
  acked_disk_ = sequence_ - 1;
  return true;
}

}  // namespace millrace::test
