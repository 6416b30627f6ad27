// Hash keys and sequence numbers as decimal texts.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <millrace/md5.hpp>
#include <span>

#include "stream/hash_space.hpp"

namespace millrace {
inline namespace v1 {
namespace {

using stream::wide;

/// Words of a number, the lowest first.
template <std::size_t N>
using words = std::array<std::uint64_t, N>;

constexpr auto pairs = [] {
  std::array<char, 200> out{};
  for (std::size_t i = 0; i < 200; ++i) {
    out[i] = static_cast<char>('0' + (i % 2 == 0 ? i / 20 : i / 2 % 10));
  }
  return out;
}();

/// Nine digits in front of `behind`; returns where they begin.
char* put_nine(char* behind, std::uint32_t n) noexcept {
  for (int i = 0; i < 4; ++i, n /= 100) {
    behind -= 2;
    std::memcpy(behind, &pairs[n % 100 * 2], 2);
  }
  *--behind = static_cast<char>('0' + n);
  return behind;
}

/// Nine digits at a time, with divisions by a constant: no library call, no allocation but the
/// text.
template <std::size_t N>
std::string decimal(const words<N>& number) {
  constexpr std::uint32_t ten_9 = 1'000'000'000;
  std::array<std::uint32_t, 2 * N> limbs;
  for (std::size_t i = 0; i < 2 * N; ++i) {
    limbs[i] = static_cast<std::uint32_t>(number[i / 2] >> (i % 2 * 32));
  }
  std::array<char, 24 * N> digits;
  char* const end = digits.data() + digits.size();
  char* at = end;
  for (std::size_t used = 2 * N; used != 0;) {
    std::uint64_t rest = 0;
    for (std::size_t i = used; i > 0; --i) {
      const std::uint64_t with = rest << 32 | limbs[i - 1];
      limbs[i - 1] = static_cast<std::uint32_t>(with / ten_9);
      rest = with % ten_9;
    }
    at = put_nine(at, static_cast<std::uint32_t>(rest));
    while (used != 0 && limbs[used - 1] == 0) --used;
  }
  at = std::find_if(at, end - 1, [](char c) { return c != '0'; });
  return std::string(at, end);
}

/// Nothing for what is no number, has leading zeros, or does not fit.
template <std::size_t N>
std::optional<words<N>> parse(std::string_view text) noexcept {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  words<N> number{};
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    wide carry = static_cast<wide>(c - '0');
    for (std::uint64_t& w : number) {
      carry += wide{w} * 10;
      w = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    if (carry != 0) return std::nullopt;
  }
  return number;
}

/// Fields of a sequence number: where they begin and how many bits they have.
struct field {
  unsigned at;
  unsigned bits;
};
constexpr field tail{0, 4};
constexpr field shard_number{4, 32};
constexpr field arrival{36, 36};
constexpr field nothing{72, 8};
constexpr field index_in_shard{80, 64};
constexpr field shard_digit{144, 4};
constexpr field creation{148, 36};
constexpr field head{184, 8};
constexpr std::uint64_t mark = 2;  // in the tail and the head

constexpr std::uint64_t mask(unsigned bits) noexcept {
  return bits == 64 ? UINT64_MAX : (std::uint64_t{1} << bits) - 1;
}

void put(words<3>& number, field f, std::uint64_t value) noexcept {
  value &= mask(f.bits);
  const unsigned word = f.at / 64;
  const unsigned shift = f.at % 64;
  number[word] |= value << shift;
  if (shift + f.bits > 64) number[word + 1] |= value >> (64 - shift);
}

std::uint64_t get(const words<3>& number, field f) noexcept {
  const unsigned word = f.at / 64;
  const unsigned shift = f.at % 64;
  std::uint64_t value = number[word] >> shift;
  if (shift + f.bits > 64) value |= number[word + 1] << (64 - shift);
  return value & mask(f.bits);
}

}  // namespace

hash_key hash_of(std::string_view partition_key) noexcept {
  return hash_key_of(md5(partition_key));
}

hash_key hash_key_of(const md5_digest& hashed) noexcept {
  hash_key out;
  std::memcpy(&out.high, hashed.data(), sizeof out.high);
  std::memcpy(&out.low, hashed.data() + sizeof out.high, sizeof out.low);
  if constexpr (std::endian::native == std::endian::little) {
    out.high = __builtin_bswap64(out.high);
    out.low = __builtin_bswap64(out.low);
  }
  return out;
}

std::string to_text(const hash_key& key) { return decimal<2>({key.low, key.high}); }

std::optional<hash_key> parse_hash_key(std::string_view text) noexcept {
  const auto number = parse<2>(text);
  if (!number) return std::nullopt;
  return hash_key{(*number)[1], (*number)[0]};
}

std::string to_text(const sequence_number& n) {
  words<3> number{};
  put(number, tail, mark);
  put(number, shard_number, n.shard);
  put(number, arrival, n.arrived_s);
  put(number, index_in_shard, n.index);
  put(number, shard_digit, n.shard);
  put(number, creation, n.created_s);
  put(number, head, mark);
  return decimal<3>(number);
}

std::optional<sequence_number> parse_sequence_number(std::string_view text) noexcept {
  const auto number = parse<3>(text);
  if (!number) return std::nullopt;
  const bool ours = get(*number, tail) == mark && get(*number, head) == mark &&
                    get(*number, nothing) == 0 && get(*number, index_in_shard) <= INT64_MAX &&
                    get(*number, shard_digit) == (get(*number, shard_number) & 15);
  if (!ours) return std::nullopt;
  return sequence_number{get(*number, creation), get(*number, index_in_shard),
                         get(*number, arrival),
                         static_cast<std::uint32_t>(get(*number, shard_number))};
}

}  // namespace v1
}  // namespace millrace
