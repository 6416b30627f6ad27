// The byte layout under MD5OfMessageAttributes.
#include "aws/message_attributes_md5.hpp"

#include <algorithm>

namespace millrace::aws {
namespace {

/// A 32-bit big-endian length and the text.
void add(md5_hasher& hasher, std::string_view text) noexcept {
  const auto size = static_cast<std::uint32_t>(text.size());
  const char length[4] = {static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                          static_cast<char>(size >> 8), static_cast<char>(size)};
  hasher.update({length, sizeof length});
  hasher.update(text);
}

}  // namespace

md5_digest message_attributes_md5(std::span<message_attribute> attributes) noexcept {
  std::sort(attributes.begin(), attributes.end(),
            [](const message_attribute& a, const message_attribute& b) { return a.name < b.name; });
  md5_hasher hasher;
  for (const message_attribute& attribute : attributes) {
    add(hasher, attribute.name);
    add(hasher, attribute.type);
    hasher.update(attribute.binary ? std::string_view("\x02") : std::string_view("\x01"));
    add(hasher, attribute.data);
  }
  return hasher.finish();
}

}  // namespace millrace::aws
