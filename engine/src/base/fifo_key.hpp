// fifo_key: a message group id or a deduplication id as 128 bits. Keyed, so that nobody can make
// two ids fall together; stored in entries, so the way from text to key never changes. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <millrace/limits.hpp>
#include <span>
#include <string_view>

#include "base/assert.hpp"
#include "base/hash.hpp"

namespace millrace::base {

constexpr std::size_t fifo_id_bytes_max = fifo_id_length_max;

struct fifo_key {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const fifo_key&, const fifo_key&) = default;
  friend auto operator<=>(const fifo_key&, const fifo_key&) = default;
};

inline std::array<tag_key, 2> keys_of_tags(const tag_key& key) noexcept {
  return {key, {~key.low, key.high}};
}

inline fifo_key tag_of(const tag_key& key, std::span<const std::uint64_t> words) noexcept {
  const auto [high, low] = keyed_tags(keys_of_tags(key), words);
  return {high, low};
}

/// The length of an id of at most fifo_id_bytes_max bytes, and its bytes, zeros behind them.
struct fifo_id_words {
  std::array<std::uint64_t, fifo_id_bytes_max / 8 + 1> all;

  std::span<const std::uint64_t> of(std::string_view id) noexcept {
    MR_ASSERT(id.size() <= fifo_id_bytes_max);
    const std::size_t count = 1 + (id.size() + 7) / 8;
    all[count - 1] = 0;
    all[0] = id.size();
    if (!id.empty()) std::memcpy(all.data() + 1, id.data(), id.size());
    return std::span<const std::uint64_t>(all).first(count);
  }
};

inline fifo_key key_of(const tag_key& key, std::string_view id) noexcept {
  fifo_id_words words;
  return tag_of(key, words.of(id));
}

/// key_of() each; `keys` has as many places as there are ids.
inline void keys_of(const tag_key& key, std::span<const std::string_view> ids,
                    std::span<fifo_key> keys) noexcept {
  constexpr std::size_t piece = 8;
  MR_ASSERT(ids.size() == keys.size());
  std::array<fifo_id_words, piece> words;
  std::array<std::array<std::uint64_t, 2>, piece> tags;
  std::array<tag_job, piece> jobs;
  for (std::size_t done = 0; done < ids.size();) {
    const std::size_t count = std::min(piece, ids.size() - done);
    for (std::size_t i = 0; i < count; ++i) jobs[i] = {words[i].of(ids[done + i]), &tags[i]};
    keyed_tags(keys_of_tags(key), std::span<const tag_job>(jobs).first(count));
    for (std::size_t i = 0; i < count; ++i) keys[done++] = {tags[i][0], tags[i][1]};
  }
}

/// A deduplication id that counts within its group only.
inline fifo_key within(const tag_key& key, const fifo_key& id, const fifo_key& group) noexcept {
  const std::uint64_t words[4] = {id.high, id.low, group.high, group.low};
  return tag_of(key, words);
}

}  // namespace millrace::base
