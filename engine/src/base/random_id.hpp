// random_id: ids of messages, subscriptions and tasks. Pure, but for the generator.
#pragma once

#include <cstring>
#include <millrace/types.hpp>

#include "base/random.hpp"

namespace millrace::base {

/// A random UUID (RFC 4122, version 4). Stored at once, as it will be read: in halves, whoever
/// copies it next would wait for all stores before.
inline message_id random_id(random& ids) {
  using halves = std::uint64_t __attribute__((vector_size(16)));
  const std::uint64_t first = ids.next();
  const std::uint64_t second = ids.next();
  const halves both = {(first & ~(std::uint64_t{0xf0} << 48)) | std::uint64_t{0x40} << 48,
                       (second & ~std::uint64_t{0xc0}) | 0x80};
  message_id id;
  std::memcpy(id.bytes.data(), &both, sizeof both);
  return id;
}

}  // namespace millrace::base
