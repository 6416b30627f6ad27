// Receipt handles: what is inside the 32 bytes, and how a genuine one is told from any other.
// Layout: queue uid, message sequence, receive count (low 32 bits), tag over the three.
// Validity depends only on the key, so a handle outlives a restart of the engine.
#pragma once

#include <cstdint>
#include <millrace/types.hpp>

#include "base/hash.hpp"
#include "base/mutant.hpp"

namespace millrace::queue {

struct receipt {
  std::uint64_t queue = 0;
  std::uint64_t sequence = 0;
  std::uint64_t receive_count = 0;
};

inline receipt_handle seal(const base::tag_key& key, const receipt& r) noexcept {
  const std::uint64_t words[3] = {r.queue, r.sequence, r.receive_count};
  const std::uint64_t tag = base::keyed_tag(key, words);
  receipt_handle out;
  std::memcpy(out.bytes.data(), words, 24);
  std::memcpy(out.bytes.data() + 24, &tag, 8);
  return out;
}

/// False: not made with this key.
inline bool open(const base::tag_key& key, const receipt_handle& handle, receipt& out) noexcept {
  std::uint64_t words[4];
  std::memcpy(words, handle.bytes.data(), 32);
  out = {words[0], words[1], words[2]};
  return base::keyed_tag(key, std::span(words).first(3)) == words[3] ||
         MR_MUTANT(receipt_tag_unchecked);
}

}  // namespace millrace::queue
