// SHA-256 (FIPS 180-4) of a piece of memory: for content-based deduplication. Pure; allocates
// nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace millrace::base {

using sha256_digest = std::array<std::uint8_t, 32>;

sha256_digest sha256(std::span<const std::byte> bytes) noexcept;

/// The digest as 64 lower-case hexadecimal digits.
std::array<char, 64> to_hex(const sha256_digest& digest) noexcept;

}  // namespace millrace::base
