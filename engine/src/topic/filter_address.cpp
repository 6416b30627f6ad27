#include "topic/filter_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace millrace::topic {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view digits_and_colons = "0123456789abcdefABCDEF:";

/// Four decimal numbers, each of any number of digits.
bool looks_like_v4(std::string_view text) noexcept {
  for (int part = 0; part < 4; ++part) {
    const std::size_t length = std::min(text.find_first_not_of(digits), text.size());
    if (length == 0) return false;
    text.remove_prefix(length);
    if (part == 3) break;
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
  }
  return text.empty();
}

bool looks_like_v6(std::string_view text) noexcept {
  return text.find(':') != text.npos && text.find_first_not_of(digits_and_colons) == text.npos;
}

std::optional<filter_address> parse_v4(std::string_view text) noexcept {
  filter_address out;
  out.size = 4;
  const char* at = text.data();
  const char* const last = at + text.size();
  for (std::size_t i = 0; i < out.size; ++i) {
    unsigned part = 0;
    const auto [end, error] = std::from_chars(at, last, part);
    if (error != std::errc{} || part > UINT8_MAX) return std::nullopt;
    out.bytes[i] = static_cast<std::uint8_t>(part);
    at = end + 1;
  }
  return out;
}

std::optional<filter_address> parse_v6(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size()) return std::nullopt;
  std::memcpy(terminated.data(), text.data(), text.size());
  filter_address out;
  out.size = 16;
  if (inet_pton(AF_INET6, terminated.data(), out.bytes.data()) != 1) return std::nullopt;
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(mapped.begin(), mapped.end(), out.bytes.begin())) {
    std::copy_n(out.bytes.begin() + mapped.size(), 4, out.bytes.begin());
    std::fill(out.bytes.begin() + 4, out.bytes.end(), std::uint8_t{0});
    out.size = 4;
  }
  return out;
}

bool is_integer(std::string_view text) noexcept {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of(digits) == text.npos;
}

}  // namespace

std::optional<filter_address> parse_address(std::string_view text) noexcept {
  if (looks_like_v4(text)) return parse_v4(text);
  if (looks_like_v6(text)) return parse_v6(text);
  return std::nullopt;
}

bool filter_block::contains(const filter_address& address) const noexcept {
  if (address.size != base.size) return false;
  const std::size_t whole = bits / 8;
  if (std::memcmp(address.bytes.data(), base.bytes.data(), whole) != 0) return false;
  const unsigned rest = bits % 8;
  if (rest == 0) return true;
  return (address.bytes[whole] ^ base.bytes[whole]) >> (8 - rest) == 0;
}

filter_block block_of(const filter_address& address) noexcept {
  return {address, static_cast<std::uint8_t>(address.size * 8)};
}

std::optional<filter_block> parse_block(std::string_view text, std::string& problem) {
  const auto refuse = [&problem](std::string why) {
    problem = std::move(why);
    return std::nullopt;
  };
  const std::size_t slash = text.find('/');
  if (slash == text.npos || slash + 1 == text.size() || text.find('/', slash + 1) != text.npos) {
    return refuse("Malformed CIDR, one '/' required");
  }
  const std::string_view host = text.substr(0, slash);
  std::string_view mask = text.substr(slash + 1);
  int bits = 0;
  const bool integer = is_integer(mask);
  if (mask.starts_with('+')) mask.remove_prefix(1);
  const auto parsed = std::from_chars(mask.data(), mask.data() + mask.size(), bits);
  if (!integer || parsed.ec != std::errc{}) {
    return refuse("Malformed CIDR, mask bits must be an integer");
  }
  if (bits < 0) return refuse("Malformed CIDR, mask bits must not be negative");
  const std::optional<filter_address> base = parse_address(host);
  if (!base) {
    const bool invalid = looks_like_v4(host) || looks_like_v6(host);
    return refuse((invalid ? "Invalid IP address: " : "Nonstandard IP address: ") +
                  std::string(host));
  }
  if (base->size == 4 && bits > 31) return refuse("IPv4 mask bits must be < 32");
  if (bits > 127) return refuse("IPv6 mask bits must be < 128");
  return filter_block{*base, static_cast<std::uint8_t>(bits)};
}

}  // namespace millrace::topic
