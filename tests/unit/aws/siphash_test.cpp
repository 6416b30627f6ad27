// The vectors of the authors' reference: key 00 01 .. 0f, texts 00 01 .. of rising length.
#include "aws/siphash.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace millrace::aws {
namespace {

TEST(siphash, is_that_of_its_authors) {
  constexpr siphash_key key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  const std::array<std::pair<std::size_t, std::uint64_t>, 5> vectors{{
      {0, 0x726fdb47dd0e0e31},
      {1, 0x74f839c593dc67fd},
      {7, 0xab0200f58b01d137},
      {8, 0x93f5f5799a932462},
      {15, 0xa129ca6149be45e5},
  }};
  for (const auto& [size, hash] : vectors) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i);
    EXPECT_EQ(siphash(key, text), hash) << size;
  }
}

}  // namespace
}  // namespace millrace::aws
