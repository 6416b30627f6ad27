#include "bodies.hpp"

#include <array>

namespace millrace::crash {

namespace {

constexpr std::size_t large_bytes = 1'000'000;
constexpr std::size_t batched_bytes_max = 64 * 1024;
constexpr std::size_t pool_bytes = 2 * 1024 * 1024;
constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// One in `of` and up to `bytes`; the last row takes the rest.
struct size_class {
  std::uint64_t share_of_2000;
  std::size_t bytes_max;
};
constexpr std::array classes = {size_class{1, large_bytes}, size_class{60, batched_bytes_max},
                                size_class{340, 8 * 1024}, size_class{700, 1024},
                                size_class{2000, 64}};

}  // namespace

std::uint64_t mixed(std::uint64_t value) noexcept {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

bodies::bodies(std::uint64_t seed, body_sizes sizes) : seed_(seed), sizes_(sizes) {
  pool_.reserve(pool_bytes);
  std::uint64_t state = seed;
  while (pool_.size() < pool_bytes) {
    std::uint64_t bits = mixed(++state);
    for (int i = 0; i < 10; ++i, bits >>= 6) pool_ += alphabet[bits & 63];
  }
}

std::size_t bodies::bytes_of(std::uint64_t number) const noexcept {
  const std::uint64_t dice = mixed(seed_ ^ (number * 2));
  if (sizes_ == body_sizes::large) {
    return number_digits + (dice >> 32) % (batched_bytes_max - number_digits + 1);
  }
  std::uint64_t share = dice % 2000;
  for (const size_class& each : classes) {
    if (share >= each.share_of_2000) {
      share -= each.share_of_2000;
      continue;
    }
    return each.bytes_max == large_bytes ? large_bytes : 1 + (dice >> 32) % each.bytes_max;
  }
  return 1;
}

bool bodies::fits_batch(std::uint64_t number) const noexcept {
  return bytes_of(number) <= batched_bytes_max;
}

std::string_view bodies::filler(std::uint64_t number, std::size_t bytes) const noexcept {
  const std::uint64_t places = pool_.size() - bytes;
  return std::string_view(pool_).substr(mixed(seed_ ^ (number * 2 + 1)) % places, bytes);
}

void bodies::append_number(std::uint64_t number, std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out += digits[(number >> shift) & 15];
}

std::optional<std::uint64_t> bodies::read_number(std::string_view digits) noexcept {
  if (digits.size() < number_digits) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : digits.substr(0, number_digits)) {
    const bool decimal = c >= '0' && c <= '9';
    if (!decimal && !(c >= 'a' && c <= 'f')) return std::nullopt;
    number = number << 4 | static_cast<std::uint64_t>(decimal ? c - '0' : c - 'a' + 10);
  }
  return number;
}

void bodies::append(std::uint64_t number, std::string& out) const {
  std::size_t bytes = bytes_of(number);
  if (bytes >= number_digits) {
    append_number(number, out);
    bytes -= number_digits;
  }
  out += filler(number, bytes);
}

bool bodies::is_intact(std::uint64_t number, std::string_view body) const {
  const std::size_t bytes = bytes_of(number);
  if (body.size() != bytes) return false;
  if (bytes < number_digits) return body == filler(number, bytes);
  return read_number(body) == number &&
         body.substr(number_digits) == filler(number, bytes - number_digits);
}

}  // namespace millrace::crash
