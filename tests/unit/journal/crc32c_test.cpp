#include "journal/crc32c.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/random.hpp"

using namespace millrace;
using journal::crc32c;
using journal::crc32c_copy;

namespace {

std::vector<std::byte> random_bytes(std::size_t size, std::uint64_t seed) {
  base::random random(seed);
  std::vector<std::byte> bytes(size);
  for (std::byte& b : bytes) b = static_cast<std::byte>(random.next());
  return bytes;
}

// One bit at a time, straight from the definition.
std::uint32_t crc_by_bits(bytes_view bytes) {
  std::uint32_t r = ~0U;
  for (const std::byte b : bytes) {
    r ^= static_cast<std::uint32_t>(b);
    for (int i = 0; i < 8; ++i) r = (r >> 1) ^ ((r & 1) != 0 ? 0x82f63b78U : 0U);
  }
  return ~r;
}

TEST(crc32c, is_that_of_rfc_3720) {
  EXPECT_EQ(crc32c({}), 0u);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283u);
  const std::vector<std::byte> zeros(32);
  EXPECT_EQ(crc32c(zeros), 0x8a9136aau);
  const std::vector<std::byte> ones(32, std::byte{0xff});
  EXPECT_EQ(crc32c(ones), 0x62a8ab43u);
  std::vector<std::byte> rising(32);
  for (std::size_t i = 0; i < rising.size(); ++i) rising[i] = static_cast<std::byte>(i);
  EXPECT_EQ(crc32c(rising), 0x46dd794eu);
}

TEST(crc32c, is_the_same_by_bits_by_table_and_by_instruction_at_every_size) {
  const std::vector<std::byte> bytes = random_bytes(7000, 1);
  std::vector<std::size_t> sizes;
  for (std::size_t size = 0; size < 700; ++size) sizes.push_back(size);
  for (const std::size_t size : {3071U, 3072U, 3073U, 4096U, 6143U, 6144U, 6145U, 6999U}) {
    sizes.push_back(size);
  }
  for (const std::size_t size : sizes) {
    const bytes_view piece{bytes.data() + 1, size};
    const std::uint32_t wanted = crc_by_bits(piece);
    ASSERT_EQ(crc32c(piece), wanted) << size;
    ASSERT_EQ(journal::detail::crc32c_by_table(piece, 0), wanted) << size;
  }
}

TEST(crc32c, goes_on_from_any_cut) {
  const std::vector<std::byte> bytes = random_bytes(1200, 2);
  const std::uint32_t whole = crc32c(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const bytes_view all(bytes);
    const std::uint32_t first = crc32c(all.first(cut));
    ASSERT_EQ(crc32c(all.subspan(cut), first), whole) << cut;
    ASSERT_EQ(journal::detail::crc32c_by_table(all.subspan(cut), first), whole) << cut;
  }
}

TEST(crc32c, copies_what_it_reads_and_nothing_else) {
  for (const std::size_t size : {0U, 1U, 7U, 8U, 95U, 96U, 97U, 1024U, 3079U, 9001U}) {
    const std::vector<std::byte> bytes = random_bytes(size, 3 + size);
    std::vector<std::byte> out(size + 16, std::byte{0xa5});
    EXPECT_EQ(crc32c_copy(out.data() + 8, bytes, 77), crc32c(bytes, 77));
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), out.begin() + 8));
    for (std::size_t i = 0; i < 8; ++i) {
      EXPECT_EQ(out[i], std::byte{0xa5});
      EXPECT_EQ(out[size + 8 + i], std::byte{0xa5});
    }
  }
}

}  // namespace
