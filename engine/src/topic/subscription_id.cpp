// Ids of subscriptions as text; see <millrace/topic.hpp>.
#include <millrace/topic.hpp>

namespace millrace {
inline namespace v1 {
namespace {

/// 16: it is no hexadecimal digit.
unsigned value_of(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return 16;
}

constexpr bool is_dash(std::size_t place) noexcept {
  return place == 8 || place == 13 || place == 18 || place == 23;
}

}  // namespace

std::string to_text(const subscription_id& id) {
  message_id shown;
  shown.bytes = id.bytes;
  std::string out(subscription_id_length, '\0');
  shown.to_text(out.data());
  return out;
}

bool parse_subscription_id(std::string_view text, subscription_id& out) noexcept {
  if (text.size() != subscription_id_length) return false;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash(i)) {
      if (text[i] != '-') return false;
      continue;
    }
    const unsigned value = value_of(text[i]);
    if (value == 16) return false;
    std::uint8_t& byte = out.bytes[digits / 2];
    byte = static_cast<std::uint8_t>(digits % 2 == 0 ? value << 4 : byte | value);
    ++digits;
  }
  return true;
}

}  // namespace v1
}  // namespace millrace
