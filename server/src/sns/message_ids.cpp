#include "sns/message_ids.hpp"

#include <array>
#include <cstring>

#include "aws/siphash.hpp"

namespace millrace::sns {
namespace {

/// Begins as no token does that is sealed with the same key.
constexpr std::uint64_t purpose = 0x6469'736e'73ff;

}  // namespace

message_id next_message_id(aws::service_context& context) noexcept {
  message_id id;
  const std::uint64_t number = ++context.ids_made;
  for (std::uint64_t half = 0; half < 2; ++half) {
    const std::array<std::uint64_t, 4> counted{purpose, context.io_thread, number, half};
    const std::string_view bytes(reinterpret_cast<const char*>(counted.data()), sizeof counted);
    const std::uint64_t hashed = aws::siphash(context.tokens.key, bytes);
    std::memcpy(id.bytes.data() + half * sizeof hashed, &hashed, sizeof hashed);
  }
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

}  // namespace millrace::sns
