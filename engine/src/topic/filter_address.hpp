// IP addresses and CIDR blocks of filter policies. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::topic {

/// 4 or 16 bytes in network order. An IPv4 address mapped into IPv6 is the IPv4 address.
struct filter_address {
  std::array<std::uint8_t, 16> bytes{};
  std::uint8_t size = 0;
};

/// The address that `text` writes, in digits and dots or in hexadecimal digits and colons.
std::optional<filter_address> parse_address(std::string_view text) noexcept;

/// The addresses whose first `bits` bits are those of `base`.
struct filter_block {
  filter_address base;
  std::uint8_t bits = 0;

  [[nodiscard]] bool contains(const filter_address& address) const noexcept;
};

/// Exactly one address.
filter_block block_of(const filter_address& address) noexcept;

/// "address/bits" as a block. If it is none, `problem` says why in AWS's words.
std::optional<filter_block> parse_block(std::string_view text, std::string& problem);

}  // namespace millrace::topic
