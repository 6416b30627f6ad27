// The part of an envelope that only messages with a group id or deduplication id have, between its
// header and the attributes: the keys for the lane, and the texts for the receiver. Pure.
#pragma once

#include <array>
#include <cstring>

#include "queue/decide.hpp"

namespace millrace::queue {

/// In an envelope's deduplication_from: the message was published to a FIFO topic.
inline constexpr std::uint8_t of_fifo_topic = 0x80;

struct fifo_texts {
  std::string_view group;
  std::string_view deduplication;
  fifo_part::id_from deduplication_from = fifo_part::id_from::nothing;
  std::array<fifo_key, 2> keys;  ///< of group and deduplication
};

inline std::size_t fifo_bytes_of(const envelope& head) noexcept {
  const std::size_t texts = std::size_t{head.group_bytes} + head.deduplication_bytes;
  return texts == 0 ? 0 : 2 * sizeof(fifo_key) + texts;
}

/// Writes the part behind a header that has the sizes; returns its end.
inline std::byte* put_fifo_part(std::byte* to, const fifo_texts& texts) noexcept {
  std::memcpy(to, texts.keys.data(), sizeof texts.keys);
  to += sizeof texts.keys;
  for (const std::string_view text : {texts.group, texts.deduplication}) {
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    to += text.size();
  }
  return to;
}

/// What the sender wrote, for decide.
inline fifo_part fifo_part_of(bytes_view stored) noexcept {
  envelope head;
  std::memcpy(&head, stored.data(), sizeof head);
  fifo_part out;
  if (fifo_bytes_of(head) == 0) return out;
  std::memcpy(&out.group, stored.data() + sizeof head, sizeof out.group);
  std::memcpy(&out.deduplication, stored.data() + sizeof head + sizeof out.group,
              sizeof out.deduplication);
  out.has_group = head.group_bytes != 0;
  out.deduplication_from =
      static_cast<fifo_part::id_from>(head.deduplication_from & ~of_fifo_topic);
  return out;
}

}  // namespace millrace::queue
