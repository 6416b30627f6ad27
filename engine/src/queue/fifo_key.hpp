// fifo_key: a message group id or a deduplication id as 128 bits. Keyed, so that nobody can make
// two ids fall together; stored in entries, so the way from text to key never changes. Pure.
#pragma once

#include <cstdint>
#include <cstring>
#include <millrace/limits.hpp>
#include <span>
#include <string_view>

#include "base/assert.hpp"
#include "base/hash.hpp"

namespace millrace::queue {

constexpr std::size_t fifo_id_bytes_max = fifo_id_length_max;

struct fifo_key {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const fifo_key&, const fifo_key&) = default;
  friend auto operator<=>(const fifo_key&, const fifo_key&) = default;
};

inline fifo_key tag_of(const base::tag_key& key, std::span<const std::uint64_t> words) noexcept {
  const base::tag_key other{~key.low, key.high};
  const auto [high, low] = base::keyed_tags({key, other}, words);
  return {high, low};
}

/// Of an id of at most fifo_id_bytes_max bytes.
inline fifo_key key_of(const base::tag_key& key, std::string_view id) noexcept {
  MR_ASSERT(id.size() <= fifo_id_bytes_max);
  std::uint64_t words[fifo_id_bytes_max / 8 + 1] = {id.size()};
  if (!id.empty()) std::memcpy(words + 1, id.data(), id.size());
  return tag_of(key, std::span(words).first(1 + (id.size() + 7) / 8));
}

/// A deduplication id that counts within its group only.
inline fifo_key within(const base::tag_key& key, const fifo_key& id,
                       const fifo_key& group) noexcept {
  const std::uint64_t words[4] = {id.high, id.low, group.high, group.low};
  return tag_of(key, words);
}

}  // namespace millrace::queue
