#include "journal/format.hpp"

#include <bit>
#include <cstring>
#include <limits>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "journal/crc32c.hpp"
#include "journal/stream_copy.hpp"

namespace millrace::journal::format {
namespace {

static_assert(std::endian::native == std::endian::little,
              "numbers are stored as they lie in memory");

constexpr char segment_magic[8] = {'M', 'R', 'S', 'E', 'G', 0, 0, 1};
constexpr char batch_magic[4] = {'M', 'R', 'B', '1'};
constexpr std::size_t segment_header_bytes = 64;

template <class T>
void put(std::byte* out, std::size_t offset, T value) noexcept {
  std::memcpy(out + offset, &value, sizeof(value));
}
template <class T>
T get(const std::byte* at, std::size_t offset) noexcept {
  T value;
  std::memcpy(&value, at + offset, sizeof(value));
  return value;
}

// Returns the CRC. The committer or the device is the next to read it, and was the last.
std::uint32_t put_body(std::byte* out, const sync::body_ref& body, std::uint32_t crc) noexcept {
  constexpr std::uint32_t streamed_min = 256;
  if (!body) return crc;
  if (body.length < streamed_min) return crc32c_copy(out, body.bytes(), crc);
  stream_copy(out, body.bytes().data(), body.length);
  return crc32c(body.bytes(), crc);
}

// What is left of a distance in 32 bits; the furthest for what is further.
std::uint32_t narrow(std::uint64_t distance) noexcept {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(distance < most ? distance : most);
}

}  // namespace

void encode(const segment_header& header, std::span<std::byte, block> out) noexcept {
  std::byte* at = out.data();
  std::memset(at, 0, block);
  std::memcpy(at, segment_magic, sizeof(segment_magic));
  put(at, 12, version);
  put(at, 16, header.number);
  put(at, 24, header.bytes);
  std::memcpy(at + 32, header.directory.data(), header.directory.size());
  put(at, 8, crc32c({at + 12, segment_header_bytes - 12}));
}

std::optional<segment_header> decode_segment(bytes_view first_block) noexcept {
  if (first_block.size() < segment_header_bytes) return {};
  const std::byte* at = first_block.data();
  if (std::memcmp(at, segment_magic, sizeof(segment_magic)) != 0) return {};
  if (get<std::uint32_t>(at, 8) != crc32c({at + 12, segment_header_bytes - 12})) return {};
  if (get<std::uint32_t>(at, 12) != version) return {};
  segment_header header;
  header.number = get<std::uint64_t>(at, 16);
  header.bytes = get<std::uint64_t>(at, 24);
  std::memcpy(header.directory.data(), at + 32, header.directory.size());
  return header;
}

std::uint32_t batch_salt(const directory_id& id) noexcept {
  return crc32c(std::as_bytes(std::span(id)));
}

std::uint32_t encode(const batch_header& header, std::uint32_t salt, std::byte* out) noexcept {
  MR_ASSERT(header.oldest_segment <= header.segment && header.synced_group < header.group);
  std::memcpy(out, batch_magic, sizeof(batch_magic));
  put(out, 8, header.segment);
  put(out, 16, header.group);
  put(out, 24, header.first_sequence);
  put(out, 32, header.entries);
  put(out, 36, header.bytes);
  put(out, 40, header.previous_crc);
  put(out, 44, header.lane);
  put(out, 46, header.flags);
  put(out, 48, header.incarnation);
  put(out, 52, header.ordinal);
  put(out, 56, narrow(header.segment - header.oldest_segment));
  put(out, 60, narrow(header.group - 1 - header.synced_group));
  const std::uint32_t crc = crc32c({out + 8, batch_header_bytes - 8}) ^ salt;
  put(out, 4, crc);
  return crc;
}

std::optional<decoded_batch> decode_batch(bytes_view at, std::uint32_t salt) noexcept {
  if (at.size() < batch_header_bytes) return {};
  const std::byte* from = at.data();
  if (std::memcmp(from, batch_magic, sizeof(batch_magic)) != 0) return {};
  const auto crc = get<std::uint32_t>(from, 4);
  const bool good = crc == (crc32c({from + 8, batch_header_bytes - 8}) ^ salt);
  if (!good && !MR_MUTANT(batch_checksum_skipped)) return {};
  decoded_batch found{{}, crc};
  batch_header& header = found.header;
  header.segment = get<std::uint64_t>(from, 8);
  header.group = get<std::uint64_t>(from, 16);
  header.first_sequence = get<std::uint64_t>(from, 24);
  header.entries = get<std::uint32_t>(from, 32);
  header.bytes = get<std::uint32_t>(from, 36);
  header.previous_crc = get<std::uint32_t>(from, 40);
  header.lane = get<std::uint16_t>(from, 44);
  header.flags = get<std::uint16_t>(from, 46);
  header.incarnation = get<std::uint32_t>(from, 48);
  header.ordinal = get<std::uint32_t>(from, 52);
  const auto behind = get<std::uint32_t>(from, 56);
  const auto unsynced = get<std::uint32_t>(from, 60);
  const std::uint64_t least =
      batch_header_bytes + header.entries * std::uint64_t{entry_header_bytes};
  if (header.bytes < least || header.place_bytes() > batch_place_max) return {};
  if (header.group == 0 || header.first_sequence == 0 || behind > header.segment) return {};
  if ((header.flags & ~batch_header::known_flags) != 0) return {};
  header.oldest_segment = header.segment - behind;
  header.synced_group = unsynced < header.group ? header.group - 1 - unsynced : 0;
  return found;
}

std::size_t encoded_bytes(const entry& e) noexcept {
  return round_to_entry(entry_header_bytes + e.used + e.extra.size() + e.body.length);
}

std::uint32_t entry_salt(std::uint32_t incarnation, std::uint16_t lane,
                         std::uint32_t ordinal) noexcept {
  std::byte named[10];
  put(named, 0, lane);
  put(named, 2, incarnation);
  put(named, 6, ordinal);
  return crc32c(named);
}

std::size_t encode(const entry& e, std::uint32_t index, std::uint32_t salt,
                   std::byte* out) noexcept {
  MR_ASSERT(e.used <= entry::payload_bytes);
  const std::size_t head = entry_header_bytes + e.used + e.extra.size();
  const std::size_t length = head + e.body.length;
  put(out, 4, static_cast<std::uint32_t>(length));
  put(out, 8, index);
  put(out, 12, static_cast<std::uint8_t>(e.owner));
  put(out, 13, e.kind);
  put(out, 14, e.version);
  put(out, 15, e.slot);
  put(out, 16, e.at_ms);
  put(out, 24, e.used);
  put(out, 28, static_cast<std::uint32_t>(e.extra.size()));
  put(out, 32, e.body.length);
  put(out, 36, static_cast<std::uint32_t>(e.level));  // and three zeros
  std::memcpy(out + entry_header_bytes, e.payload, e.used);
  if (!e.extra.empty()) {
    std::memcpy(out + entry_header_bytes + e.used, e.extra.data(), e.extra.size());
  }
  std::uint32_t crc = crc32c({out + 4, head - 4});
  crc = put_body(out + head, e.body, crc);
  put(out, 0, crc ^ salt);
  const std::size_t rounded = round_to_entry(length);
  std::memset(out + length, 0, rounded - length);
  return rounded;
}

std::optional<stored_entry> decode_entry(bytes_view at, std::uint32_t salt) noexcept {
  if (at.size() < entry_header_bytes) return {};
  const std::byte* from = at.data();
  const auto length = get<std::uint32_t>(from, 4);
  const auto used = get<std::uint32_t>(from, 24);
  const auto extra = get<std::uint32_t>(from, 28);
  const auto body = get<std::uint32_t>(from, 32);
  const auto level = get<std::uint32_t>(from, 36);
  const bool fits = length <= at.size() && used <= entry::payload_bytes;
  if (!fits && !MR_MUTANT(entry_length_unchecked)) return {};
  if (std::uint64_t{entry_header_bytes} + used + extra + body != length) return {};
  if (level != static_cast<std::uint32_t>(durability::os) &&
      level != static_cast<std::uint32_t>(durability::disk)) {
    return {};
  }
  const bool good = get<std::uint32_t>(from, 0) == (crc32c({from + 4, length - 4}) ^ salt);
  if (!good && !MR_MUTANT(entry_checksum_skipped)) return {};
  std::optional<stored_entry> found(std::in_place);
  entry& e = found->value;
  e.owner = static_cast<service>(get<std::uint8_t>(from, 12));
  e.kind = get<std::uint8_t>(from, 13);
  e.version = get<std::uint8_t>(from, 14);
  e.slot = get<std::uint8_t>(from, 15);
  e.at_ms = get<base::time_ms>(from, 16);
  e.level = static_cast<durability>(level);
  e.used = used;
  std::memcpy(e.payload, from + entry_header_bytes, used);
  e.extra = at.subspan(entry_header_bytes + used, extra);
  found->body = at.subspan(entry_header_bytes + used + extra, body);
  found->index = get<std::uint32_t>(from, 8);
  found->length = length;
  return found;
}

}  // namespace millrace::journal::format
