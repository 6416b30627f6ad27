// The block functions behind md5.hpp, one for each instruction set. Internal to the MD5 files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <millrace/md5.hpp>
#include <span>

namespace millrace::base {

using md5_state = std::array<std::uint32_t, 4>;
inline constexpr md5_state md5_initial{0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u};

/// `count` blocks of 64 bytes from `from` into `state`.
void md5_blocks(md5_state& state, const std::uint8_t* from, std::size_t count) noexcept;

/// The end of a message of `size` bytes: its last size % 64 bytes, which stand at `from`, and the
/// padding. Writes one or two blocks to `to` and says how many.
std::size_t md5_pad(const std::uint8_t* from, std::uint64_t size, std::uint8_t* to) noexcept;

void md5_store(const md5_state& state, std::uint8_t* digest) noexcept;

/// States of many lanes, word by word: words[w][lane].
template <std::size_t Lanes>
struct alignas(64) md5_lane_states {
  std::uint32_t words[4][Lanes];
};

#if defined(__x86_64__)
/// `count` blocks into each lane, lane i from from[i] on. The processor must have AVX2 (AVX-512F).
void md5_blocks_avx2(md5_lane_states<8>& states, const std::uint8_t* const from[8],
                     std::size_t count) noexcept;
void md5_blocks_avx512(md5_lane_states<16>& states, const std::uint8_t* const from[16],
                       std::size_t count) noexcept;

/// At most as many messages of at most as many bytes: one block each with its padding.
inline constexpr std::size_t md5_short_jobs_max = 64;
inline constexpr std::size_t md5_short_bytes_max = 55;
/// Their digests. The processor must have AVX-512F and AVX-512BW.
void md5_short_avx512(std::span<const md5_job> jobs) noexcept;
#endif

}  // namespace millrace::base
