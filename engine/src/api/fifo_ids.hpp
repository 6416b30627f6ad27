// What message group ids and deduplication ids may be. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/fifo_key.hpp"

namespace millrace {
inline namespace v1 {
namespace detail {

/// As the API references of SQS and SNS say of MessageGroupId and MessageDeduplicationId; empty is
/// none.
inline bool valid_fifo_id(std::string_view id) noexcept {
  if (id.size() > base::fifo_id_bytes_max) return false;
  std::uint8_t bad = 0;  // to the end whatever it finds: the compiler makes a vector of it
  for (const char c : id) {
    const auto from_first = static_cast<std::uint8_t>(static_cast<std::uint8_t>(c) - '!');
    bad = static_cast<std::uint8_t>(bad | static_cast<std::uint8_t>(from_first > '~' - '!'));
  }
  return bad == 0;
}

}  // namespace detail
}  // namespace v1
}  // namespace millrace
