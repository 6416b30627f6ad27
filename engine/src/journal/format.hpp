// The byte layout of segments, batches and entries (docs/design/journal.md), and their encoders.
// Pure functions over memory, used by lanes (entries), the committer (batches) and recovery; any
// thread.
#pragma once

#include <array>
#include <cstdint>
#include <millrace/types.hpp>
#include <optional>
#include <span>

#include "journal/entry.hpp"

namespace millrace::journal::format {

inline constexpr std::size_t block = 4096;
inline constexpr std::size_t batch_header_bytes = 64;
inline constexpr std::size_t entry_header_bytes = 40;
inline constexpr std::uint32_t version = 1;
/// Most that a batch takes in its segment.
inline constexpr std::uint64_t batch_place_max = std::uint64_t{16} << 20;

constexpr std::uint64_t round_to_block(std::uint64_t n) noexcept {
  return (n + block - 1) & ~std::uint64_t{block - 1};
}
constexpr std::uint64_t round_to_entry(std::uint64_t n) noexcept {
  return (n + 7) & ~std::uint64_t{7};
}

using directory_id = std::array<std::uint8_t, 16>;

struct segment_header {
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;
  directory_id directory{};
};

struct batch_header {
  static constexpr std::uint16_t last_of_group = 1;
  static constexpr std::uint16_t seal = 2;
  static constexpr std::uint16_t known_flags = last_of_group | seal;

  std::uint64_t segment = 0;
  std::uint64_t group = 0;
  std::uint64_t first_sequence = 0;
  std::uint32_t entries = 0;
  std::uint32_t bytes = 0;  ///< header included, padding not
  std::uint32_t previous_crc = 0;
  std::uint16_t lane = 0;
  std::uint16_t flags = 0;
  std::uint32_t incarnation = 0;
  std::uint32_t ordinal = 0;  ///< of this lane's batches in this incarnation
  std::uint64_t oldest_segment = 0;
  /// Every group up to this one is known to be on the device while this batch is written: damage in
  /// them is damage. What is not good in a later one is torn. Less than `group`, never shrinks.
  std::uint64_t synced_group = 0;

  /// What the batch takes in its segment: header, entries, padding, trailer.
  [[nodiscard]] std::uint64_t place_bytes() const noexcept {
    return round_to_block(std::uint64_t{bytes} + batch_header_bytes);
  }
};

/// Writes one block.
void encode(const segment_header& header, std::span<std::byte, block> out) noexcept;
std::optional<segment_header> decode_segment(bytes_view first_block) noexcept;

/// What the CRCs of a directory's batch headers are mixed with, so that none is taken from another
/// directory's disk, nor from what a client wrote into a message.
[[nodiscard]] std::uint32_t batch_salt(const directory_id& id) noexcept;
/// Writes batch_header_bytes and returns the CRC, which the next batch names. The same 64 bytes are
/// the trailer. `salt` is batch_salt().
std::uint32_t encode(const batch_header& header, std::uint32_t salt, std::byte* out) noexcept;
struct decoded_batch {
  batch_header header;
  std::uint32_t crc = 0;
};
/// Nothing when magic, CRC or sizes are wrong. `at` holds batch_header_bytes.
std::optional<decoded_batch> decode_batch(bytes_view at, std::uint32_t salt) noexcept;

/// Bytes of the entry in a batch, header included, rounded up to the next entry's start.
[[nodiscard]] std::size_t encoded_bytes(const entry& e) noexcept;
/// What the CRCs of a batch's entries are mixed with.
[[nodiscard]] std::uint32_t entry_salt(std::uint32_t incarnation, std::uint16_t lane,
                                       std::uint32_t ordinal) noexcept;
/// When an entry gets its CRC.
enum class signing : std::uint8_t {
  now,    ///< from where its parts came from
  later,  ///< by sign() or copy_signed(): until then it has a zero there
};
/// Writes the entry, zero-padded, and returns encoded_bytes(e). Past the caches: before another
/// thread reads it, base::stream_writer::done().
std::size_t encode(const entry& e, std::uint32_t index, std::uint32_t salt, std::byte* out,
                   signing when = signing::now) noexcept;
/// Writes what comes before the body of such an entry right before that, and zeros behind it up to
/// where the next entry starts, and returns encoded_bytes(e). Signed later.
std::size_t encode_around(const entry& e, std::uint32_t index, std::byte* body) noexcept;
/// Of an entry, what lies before its body.
[[nodiscard]] inline std::size_t bytes_before_body(const entry& e) noexcept {
  return entry_header_bytes + e.used + e.extra.size();
}
/// Writes the CRCs that are missing of `count` entries, which lie one after the other from `first`
/// on, encoded with the same salt.
void sign(std::byte* first, std::uint32_t count, std::uint32_t salt) noexcept;
/// Copies such entries to `out`, which they do not overlap, with their CRCs.
void copy_signed(std::byte* out, const std::byte* first, std::uint32_t count,
                 std::uint32_t salt) noexcept;

/// An entry as it lies in a batch. The views point into the batch.
struct stored_entry {
  entry value;  ///< payload copied; value.extra points into the batch; value.body is empty
  bytes_view body;
  std::uint32_t index = 0;
  std::uint32_t length = 0;  ///< not rounded
  /// Where recovery found it, and so the epoch of a full entry's state (journal.hpp).
  std::uint64_t segment = 0;
};
/// The entry at the start of `at`, if its length fits and its CRC is right for that salt.
std::optional<stored_entry> decode_entry(bytes_view at, std::uint32_t salt) noexcept;

}  // namespace millrace::journal::format
