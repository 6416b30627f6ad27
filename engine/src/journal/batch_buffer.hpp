// batch_buffer: the memory in which a lane encodes entries, and from which the committer writes
// them: no copy between. Entries that lie around their bodies (format::encode_around) are written
// from there, or copied into the batch by the committer. A lane has a few; each belongs to the lane
// while it is filled and to the committer from the hand-over until it is given back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <millrace/extent_source.hpp>
#include <millrace/result.hpp>

#include "journal/entry.hpp"
#include "journal/format.hpp"

namespace millrace::journal {

/// A part of a batch, of whole entries that lie one after the other.
struct batch_piece {
  std::byte* at = nullptr;
  std::uint32_t bytes = 0;
  std::uint32_t entries = 0;
  sync::block* home = nullptr;  ///< of bodies, to which the batch holds a reference; null: its own
};

struct batch_buffer {
  static constexpr std::size_t pieces_max = 64;

  std::byte* memory = nullptr;                       ///< a multiple of format::block, so aligned
  std::uint32_t bytes = format::batch_header_bytes;  ///< of entries, with the header's place
  std::uint32_t entries = 0;
  std::uint32_t elsewhere = 0;  ///< of `bytes`, what has no place in `memory`
  std::uint32_t carried = 0;    ///< of `bytes`, of state that is carried forward
  std::uint32_t ordinal = 0;
  bool disk = false;              ///< has an entry of level disk
  bool copied_later = false;      ///< places in `memory` are left free for what lies elsewhere
  bool crcs_missing = false;      ///< of an entry or more, see format::encode()
  position end = 0;               ///< of the lane when it was handed over
  std::uint32_t touched = 0;      ///< bytes that have memory behind them
  std::uint32_t quiet = 0;        ///< uses in a row that needed little of that
  std::uint32_t piece_count = 0;  ///< 0: all lies in `memory`
  std::array<batch_piece, pieces_max> pieces{};

  /// What the batch will take in its segment.
  [[nodiscard]] std::uint64_t place_bytes() const noexcept {
    return format::round_to_block(std::uint64_t{bytes} + format::batch_header_bytes);
  }
  /// Where the next entry goes in `memory`.
  [[nodiscard]] std::byte* next() const noexcept { return memory + (bytes - elsewhere); }
  /// There is one entry more, at next().
  void add_here(std::size_t encoded) noexcept;
  /// There is one entry more, at `at` in `home`, which the caller refers to.
  void add_there(std::byte* at, std::size_t encoded, sync::block* home) noexcept;
  /// What lies at `place` goes on where the last piece ends.
  [[nodiscard]] bool ends_at(const std::byte* place) const noexcept {
    return piece_count != 0 && pieces[piece_count - 1].at + pieces[piece_count - 1].bytes == place;
  }
  /// There is room for one more piece elsewhere: with the first in `memory`, and one behind it.
  [[nodiscard]] bool may_scatter() const noexcept { return piece_count + 3 <= pieces_max; }
  /// Lets go of the blocks.
  void release_homes() noexcept;
  /// Empty again. Gives memory back when a burst is long over.
  void reset() noexcept;
};

/// The buffers of one lane. Memory is touched as far as batches grow.
class batch_buffers {
 public:
  static constexpr std::size_t count = 4;

  batch_buffers() = default;
  batch_buffers(const batch_buffers&) = delete;
  batch_buffers& operator=(const batch_buffers&) = delete;
  ~batch_buffers();

  /// Once. `bytes` each, a multiple of format::block. errc::system: no memory.
  result<void> allocate(const extent_source& from, std::size_t bytes) noexcept;
  [[nodiscard]] batch_buffer& at(std::size_t i) noexcept { return all_[i]; }

 private:
  std::array<batch_buffer, count> all_;
  extent_source from_{};
  void* extent_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace millrace::journal
