// Base64 (RFC 4648 section 4) and hexadecimal. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace millrace::aws {

constexpr std::size_t base64_encoded_size(std::size_t bytes) noexcept {
  return (bytes + 2) / 3 * 4;
}
constexpr std::size_t base64_decoded_size_max(std::size_t characters) noexcept {
  return characters / 4 * 3;
}

/// Writes base64_encoded_size(bytes.size()) characters.
void base64_encode(std::string_view bytes, char* to) noexcept;
[[nodiscard]] std::string base64_text(std::string_view bytes);

/// Writes at most base64_decoded_size_max() bytes and says how many. Strict: whole groups of
/// four, padding where it belongs, unused bits zero, no white space; false otherwise.
[[nodiscard]] bool base64_decode(std::string_view text, char* to, std::size_t& size) noexcept;

/// Writes two lower-case characters a byte.
void hex_encode(std::span<const std::uint8_t> bytes, char* to) noexcept;

/// The bytes of `text` (either case), which must be twice as long as `to`; false when it is not.
[[nodiscard]] bool hex_decode(std::string_view text, std::span<std::uint8_t> to) noexcept;

}  // namespace millrace::aws
