// The frame of a broadcast ring: one 8-byte commit word, then what was published at once. Pure
// functions over the word; used by the producer and by every reader, on any thread.
//
//   uniform   commit word | record | record | ...           every record `size` bytes
//   table     commit word | u32 size[count], padded to 8 | record | record | ...
//   padding   commit word | unused bytes up to the end of the ring
//
// Records start at multiples of 8. A commit word of 0 means: nothing published here yet.
#pragma once

#include <cstdint>

namespace millrace::sync {

enum class frame_kind : std::uint8_t { none = 0, uniform = 1, table = 2, padding = 3 };

/// Rounds a byte count up to whole words.
constexpr std::uint64_t round_to_word(std::uint64_t bytes) noexcept { return (bytes + 7) & ~7ULL; }

/// A decoded commit word: 2 bits kind, 22 bits count, 40 bits size.
struct frame_header {
  static constexpr std::uint64_t bytes = 8;
  static constexpr std::uint32_t count_max = (1U << 22) - 1;

  frame_kind kind;
  std::uint32_t count;  ///< records; 0 in padding
  std::uint64_t size;   ///< uniform: bytes of one record; table, padding: bytes of the whole frame

  [[nodiscard]] static constexpr frame_header decode(std::uint64_t word) noexcept {
    return {static_cast<frame_kind>(word >> 62), static_cast<std::uint32_t>(word >> 40) & count_max,
            word & ((1ULL << 40) - 1)};
  }
  [[nodiscard]] constexpr std::uint64_t encode() const noexcept {
    return static_cast<std::uint64_t>(kind) << 62 | static_cast<std::uint64_t>(count) << 40 | size;
  }

  /// Bytes from one commit word to the next.
  [[nodiscard]] constexpr std::uint64_t length() const noexcept {
    return kind == frame_kind::uniform ? bytes + count * round_to_word(size) : size;
  }
  /// Bytes of the size table of a `table` frame of `count` records.
  [[nodiscard]] static constexpr std::uint64_t table_bytes(std::uint64_t count) noexcept {
    return round_to_word(count * sizeof(std::uint32_t));
  }
};

}  // namespace millrace::sync
