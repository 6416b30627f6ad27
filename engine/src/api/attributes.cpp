// The encoding of message attributes; see <millrace/attributes.hpp>.
#include <millrace/attributes.hpp>

#include <array>
#include <cstring>

#include "api/attribute_encoding.hpp"

namespace millrace {
inline namespace v1 {
namespace {

struct lengths {
  std::uint16_t name;
  std::uint16_t type;
  std::uint32_t value;
};
constexpr std::size_t text_max = 256;

}  // namespace

namespace detail {

std::size_t encoded_bytes(const message_attribute& a) noexcept {
  if (a.name.empty() || a.name.size() > text_max || a.data_type.empty() ||
      a.data_type.size() > text_max || a.value.empty() || a.value.size() > UINT32_MAX) {
    return 0;
  }
  return sizeof(lengths) + a.name.size() + a.data_type.size() + a.value.size();
}

void encode(const message_attribute& a, std::byte* out) noexcept {
  const lengths l{static_cast<std::uint16_t>(a.name.size()),
                  static_cast<std::uint16_t>(a.data_type.size()),
                  static_cast<std::uint32_t>(a.value.size())};
  std::memcpy(out, &l, sizeof l);
  out += sizeof l;
  for (const bytes_view part : {as_bytes(a.name), as_bytes(a.data_type), a.value}) {
    std::memcpy(out, part.data(), part.size());
    out += part.size();
  }
}

}  // namespace detail

errc append_attribute(std::vector<std::byte>& out, const message_attribute& a) {
  const std::size_t bytes = detail::encoded_bytes(a);
  if (bytes == 0) return errc::invalid_message_attributes;
  const std::size_t before = out.size();
  out.resize(before + bytes);
  detail::encode(a, out.data() + before);
  return errc::ok;
}

bool attribute_reader::next(message_attribute& out) noexcept {
  lengths l;
  if (left_.size() < sizeof l) return false;
  std::memcpy(&l, left_.data(), sizeof l);
  const std::size_t bytes = sizeof l + l.name + l.type + std::size_t{l.value};
  if (l.name == 0 || l.type == 0 || l.value == 0 || l.name > text_max || l.type > text_max ||
      left_.size() < bytes) {
    return false;
  }
  bytes_view parts = left_.subspan(sizeof l);
  out.name = as_text(parts.first(l.name));
  out.data_type = as_text(parts.subspan(l.name, l.type));
  out.value = parts.subspan(std::size_t{l.name} + l.type, l.value);
  left_ = left_.subspan(bytes);
  return true;
}

attribute_size measure_attributes(bytes_view encoded) noexcept {
  attribute_reader reader(encoded);
  message_attribute a;
  attribute_size out;
  int count = 0;
  while (reader.next(a)) {
    out.bytes += static_cast<std::uint32_t>(a.name.size() + a.data_type.size() + a.value.size());
    ++count;
  }
  if (!reader.at_end() || count > message_attributes_max) {
    out.status = errc::invalid_message_attributes;
  }
  return out;
}

void message_id::to_text(char* out) const noexcept {
  // Reckoned and not looked up, so that the compiler makes vectors of it.
  const auto digit = [](std::uint8_t n) {
    constexpr std::uint8_t letters = 'a' - 10 - '0';
    return static_cast<char>(n + '0' + (n > 9 ? letters : 0));
  };
  std::array<char, 32> hex;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    hex[2 * i] = digit(bytes[i] >> 4);
    hex[2 * i + 1] = digit(bytes[i] & 15);
  }
  std::memcpy(out, hex.data(), 8);
  std::memcpy(out + 9, hex.data() + 8, 4);
  std::memcpy(out + 14, hex.data() + 12, 4);
  std::memcpy(out + 19, hex.data() + 16, 4);
  std::memcpy(out + 24, hex.data() + 20, 12);
  out[8] = out[13] = out[18] = out[23] = '-';
}

}  // namespace v1
}  // namespace millrace
