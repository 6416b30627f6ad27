// Message attributes: name, data type and value, in one compact encoding that the engine carries
// unread. Layout of each: u16le name length, u16le type length, u32le value length, name, type,
// value.
#pragma once

#include <cstdint>
#include <millrace/errc.hpp>
#include <millrace/export.hpp>
#include <millrace/limits.hpp>
#include <millrace/types.hpp>
#include <string_view>
#include <vector>

namespace millrace {
inline namespace v1 {

/// One attribute; the views point to the caller's or the message's bytes.
struct message_attribute {
  std::string_view name;       ///< 1..256 bytes of letters, digits and _.-
  std::string_view data_type;  ///< String, Number or Binary, optionally ".custom"; up to 256
  bytes_view value;            ///< not empty; String and Number are text
};

/// Appends one attribute's encoding. errc::invalid_message_attributes if a length does not fit.
MR_EXPORT errc append_attribute(std::vector<std::byte>& out, const message_attribute& attribute);

/// Reads the attributes of an encoding one by one; ends early at anything malformed.
class MR_EXPORT attribute_reader {
 public:
  explicit attribute_reader(bytes_view encoded) noexcept : left_(encoded) {}
  /// False at the end.
  bool next(message_attribute& out) noexcept;
  /// True if every byte was read as an attribute.
  [[nodiscard]] bool at_end() const noexcept { return left_.empty(); }

 private:
  bytes_view left_;
};

/// Bytes that count towards a message's size (names, types and values), and whether the encoding
/// is well formed: errc::invalid_message_attributes if not, or with more than 10 attributes.
struct attribute_size {
  errc status = errc::ok;
  std::uint32_t bytes = 0;
};
MR_EXPORT attribute_size measure_attributes(bytes_view encoded) noexcept;

}  // namespace v1
}  // namespace millrace
