// MD5 of one message.
#include <millrace/md5.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/md5_blocks.hpp"
#include "base/md5_steps.hpp"

namespace millrace {
namespace base {
namespace {

std::uint32_t load_le(const std::uint8_t* from) noexcept {
  return static_cast<std::uint32_t>(from[0]) | static_cast<std::uint32_t>(from[1]) << 8 |
         static_cast<std::uint32_t>(from[2]) << 16 | static_cast<std::uint32_t>(from[3]) << 24;
}

constexpr std::uint32_t F(std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return d ^ (b & (c ^ d));
}
constexpr std::uint32_t G(std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return (b & d) + (c & ~d);  // disjoint bits; a sum keeps b off the chain of c
}
constexpr std::uint32_t H(std::uint32_t b, std::uint32_t c, std::uint32_t d) { return b ^ c ^ d; }
constexpr std::uint32_t I(std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return c ^ (b | ~d);
}

}  // namespace

void md5_blocks(md5_state& state, const std::uint8_t* from, std::size_t count) noexcept {
  for (; count != 0; --count, from += 64) {
    auto [a, b, c, d] = state;
// NOLINTBEGIN(bugprone-macro-parentheses)
#define MR_STEP(round, a, b, c, d, word, shift, constant) \
  a = b + std::rotl(a + round(b, c, d) + load_le(from + 4 * (word)) + (constant), shift);
    MR_MD5_STEPS(MR_STEP)
// NOLINTEND(bugprone-macro-parentheses)
#undef MR_STEP
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
  }
}

std::size_t md5_pad(const std::uint8_t* from, std::uint64_t size, std::uint8_t* to) noexcept {
  const auto rest = static_cast<std::size_t>(size % 64);
  const std::size_t blocks = rest < 56 ? 1 : 2;
  std::memset(to, 0, 64);  // of a size that is known, it is a store or two
  if (blocks == 2) std::memset(to + 64, 0, 64);
  if (rest != 0) std::memcpy(to, from, rest);
  to[rest] = 0x80;
  std::uint64_t bits = size * 8;
  if (std::endian::native == std::endian::big) bits = __builtin_bswap64(bits);
  std::memcpy(to + blocks * 64 - sizeof bits, &bits, sizeof bits);
  return blocks;
}

void md5_store(const md5_state& state, std::uint8_t* digest) noexcept {
  md5_state words = state;
  if constexpr (std::endian::native == std::endian::big) {
    for (std::uint32_t& word : words) word = __builtin_bswap32(word);
  }
  std::memcpy(digest, words.data(), sizeof words);
}

}  // namespace base

inline namespace v1 {

void md5_hasher::update(std::string_view bytes) noexcept {
  const auto* from = reinterpret_cast<const std::uint8_t*>(bytes.data());
  std::size_t left = bytes.size();
  const auto held = static_cast<std::size_t>(size_ % 64);
  size_ += left;
  if (held != 0) {
    const std::size_t taken = std::min(left, 64 - held);
    if (taken != 0) std::memcpy(pending_.data() + held, from, taken);
    if (held + taken < 64) return;
    base::md5_blocks(state_, pending_.data(), 1);
    from += taken;
    left -= taken;
  }
  base::md5_blocks(state_, from, left / 64);
  if (left % 64 != 0) std::memcpy(pending_.data(), from + left / 64 * 64, left % 64);
}

md5_digest md5_hasher::finish() noexcept {
  std::uint8_t end[128];
  base::md5_blocks(state_, end, base::md5_pad(pending_.data(), size_, end));
  md5_digest digest;
  base::md5_store(state_, digest.data());
  return digest;
}

md5_digest md5(std::string_view bytes) noexcept {
  const auto* from = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const std::size_t whole = bytes.size() / 64;
  base::md5_state state = base::md5_initial;
  base::md5_blocks(state, from, whole);
  std::uint8_t end[128];
  const std::size_t blocks = base::md5_pad(from + whole * 64, bytes.size(), end);
  base::md5_blocks(state, end, blocks);
  md5_digest digest;
  base::md5_store(state, digest.data());
  return digest;
}

}  // namespace v1
}  // namespace millrace
