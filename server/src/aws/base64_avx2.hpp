// The bulk of base64 with AVX2, 32 characters at a time, after W. Mula and D. Lemire, "Faster
// Base64 Encoding and Decoding using AVX2 Instructions" (2018). Only where has_avx2() says so.
// Pure.
#pragma once

#include <cstddef>

namespace millrace::aws {

bool has_avx2() noexcept;

/// Encodes a multiple of 24 bytes from the front and says how many.
std::size_t base64_encode_avx2(const char* from, std::size_t bytes, char* to) noexcept;

/// Decodes a multiple of 32 characters from the front and says how many; stops in front of those
/// that hold one that is not in the alphabet. `to` has room for all of the text, decoded.
std::size_t base64_decode_avx2(const char* from, std::size_t characters, char* to) noexcept;

}  // namespace millrace::aws
