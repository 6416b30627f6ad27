// The digest over a message's attributes that SQS clients compare with what they sent
// (MD5OfMessageAttributes, MD5OfMessageSystemAttributes).
#pragma once

#include <span>
#include <string_view>

#include "aws/md5.hpp"

namespace millrace::aws {

/// One attribute. `type` with its custom suffix ("Number.int"); `binary` when its value came as
/// BinaryValue; `data` is the text, or the bytes of the blob, not encoded.
struct message_attribute {
  std::string_view name;
  std::string_view type;
  std::string_view data;
  bool binary = false;
};

/// Sorts `attributes` by name (names are distinct) and hashes them. The digest of none is the MD5
/// of nothing; AWS then sends no digest at all, which is for the caller to do.
md5_digest message_attributes_md5(std::span<message_attribute> attributes) noexcept;

}  // namespace millrace::aws
