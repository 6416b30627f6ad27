#include "journal/format.hpp"

#include <bit>
#include <cstring>
#include <limits>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "base/prefetch.hpp"
#include "base/stream_writer.hpp"
#include "journal/crc32c.hpp"

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
  return round_to_entry(bytes_before_body(e) + e.body.length);
}

std::uint32_t entry_salt(std::uint32_t incarnation, std::uint16_t lane,
                         std::uint32_t ordinal) noexcept {
  std::byte named[10];
  put(named, 0, lane);
  put(named, 2, incarnation);
  put(named, 6, ordinal);
  return crc32c(named);
}

namespace {

constexpr std::uint64_t two(std::uint64_t low, std::uint64_t high) noexcept {
  return low | high << 32;
}

/// Of a header, what comes behind CRC and length.
std::array<std::uint64_t, entry_header_bytes / 8 - 1> head_of(const entry& e,
                                                              std::uint32_t index) noexcept {
  MR_ASSERT(e.used <= entry::payload_bytes);
  const std::uint32_t names = static_cast<std::uint32_t>(e.owner) | std::uint32_t{e.kind} << 8 |
                              std::uint32_t{e.version} << 16 | std::uint32_t{e.slot} << 24;
  return {two(index, names), static_cast<std::uint64_t>(e.at_ms), two(e.used, e.extra.size()),
          two(e.body.length, static_cast<std::uint32_t>(e.level))};
}

std::uint32_t length_of(const entry& e) noexcept {
  return static_cast<std::uint32_t>(bytes_before_body(e) + e.body.length);
}

}  // namespace

std::size_t encode(const entry& e, std::uint32_t index, std::uint32_t salt, std::byte* out,
                   signing when) noexcept {
  const std::uint32_t length = length_of(e);
  const auto head = head_of(e, index);
  const bytes_view parts[] = {bytes_view(e.payload, e.used), e.extra,
                              e.body ? e.body.bytes() : bytes_view{}};
  std::uint32_t crc = 0;
  if (when == signing::now) {
    crc = crc32c(std::as_bytes(std::span(&length, 1)));
    crc = crc32c(std::as_bytes(std::span(head)), crc);
    for (const bytes_view part : parts) crc = crc32c(part, crc);
    crc ^= salt;
  }
  base::stream_writer to(out);
  to.word(two(crc, length));
  for (const std::uint64_t word : head) to.word(word);
  for (const bytes_view part : parts) to.bytes(part);
  return static_cast<std::size_t>(to.pad() - out);
}

std::size_t encode_around(const entry& e, std::uint32_t index, std::byte* body) noexcept {
  const std::size_t whole = encoded_bytes(e);
  std::byte* at = body - bytes_before_body(e);
  std::byte* const end = body + e.body.length;
  std::memset(end, 0, static_cast<std::size_t>(at + whole - end));
  put(at, 0, two(0, length_of(e)));
  const auto head = head_of(e, index);
  std::memcpy(at + 8, head.data(), sizeof head);
  std::memcpy(at + entry_header_bytes, e.payload, e.used);
  if (!e.extra.empty()) {
    std::memcpy(at + entry_header_bytes + e.used, e.extra.data(), e.extra.size());
  }
  return whole;
}

/// Entries are often as long as the one before; where each begins is only known from that one.
static void fetch(const std::byte* from, std::size_t bytes) noexcept {
  constexpr std::size_t line = 64;
  constexpr std::size_t most = 4096;
  for (std::size_t i = 0; i < std::min(bytes, most); i += line) base::prefetch_for_read(from + i);
}

void sign(std::byte* first, std::uint32_t count, std::uint32_t salt) noexcept {
  std::byte* at = first;
  for (std::uint32_t i = 0; i != count; ++i) {
    const auto length = get<std::uint32_t>(at, 4);
    fetch(at + length, i + 1 == count ? 0 : length);
    if (get<std::uint32_t>(at, 0) == 0) {  // one that is zero by chance becomes that again
      put(at, 0, crc32c({at + 4, length - 4}) ^ salt);
    }
    at += round_to_entry(length);
  }
}

void copy_signed(std::byte* out, const std::byte* first, std::uint32_t count,
                 std::uint32_t salt) noexcept {
  const std::byte* at = first;
  for (std::uint32_t i = 0; i != count; ++i) {
    const auto length = get<std::uint32_t>(at, 4);
    const std::size_t whole = round_to_entry(length);
    fetch(at + whole, i + 1 == count ? 0 : whole);
    put(out, 4, length);
    const std::uint32_t crc = crc32c_copy(out + 8, {at + 8, length - 8}, crc32c({at + 4, 4}));
    put(out, 0, crc ^ salt);
    std::memset(out + length, 0, whole - length);
    out += whole;
    at += whole;
  }
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
