// Base64 and hex: RFC 4648 vectors, round trips, and what strictness refuses.
#include "aws/base64.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace millrace::aws {
namespace {

std::string encoded(std::string_view bytes) {
  std::string text(base64_encoded_size(bytes.size()), '?');
  base64_encode(bytes, text.data());
  return text;
}

bool decodes(std::string_view text, std::string& bytes) {
  bytes.assign(base64_decoded_size_max(text.size()), '?');
  std::size_t size = 0;
  const bool good = base64_decode(text, bytes.data(), size);
  bytes.resize(good ? size : 0);
  return good;
}

TEST(base64, matches_rfc_4648) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foob"), "Zm9vYg==");
  EXPECT_EQ(encoded("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encoded("\xff\xfe\xfd"), "//79");
}

TEST(base64, comes_back_whole) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 300; ++size) {
    std::string bytes(size, '\0');
    for (char& b : bytes) b = static_cast<char>(random());
    std::string back;
    ASSERT_TRUE(decodes(encoded(bytes), back));
    EXPECT_EQ(back, bytes);
  }
}

TEST(base64, refuses_what_is_not_canonical) {
  std::string bytes;
  for (const std::string_view wrong :
       {"Z",    "Zg",   "Zg=",   "Zm9",      "Zg===",    "====",      "=Zg=",
        "Z=g=", "Zg=a", "Zm9v=", "Zh==",     "Zm9=",     "Zm 9v",     "Zm9v\n",
        " Zm9", "Zm9-", "Zm9_",  "Zm9v====", "Zg==Zg==", "\xc3\xa9Zg"}) {
    EXPECT_FALSE(decodes(wrong, bytes)) << wrong;
  }
}

TEST(base64, knows_exactly_64_characters) {
  int known = 0;
  std::string bytes;
  for (int c = 0; c < 256; ++c) {
    const std::string text{'A', static_cast<char>(c), 'A', 'A'};
    known += decodes(text, bytes) ? 1 : 0;
  }
  EXPECT_EQ(known, 64);
}

TEST(base64, knows_the_same_64_anywhere_in_a_long_text) {
  std::string bytes;
  const std::string good(160, 'A');
  for (std::size_t at = 0; at < good.size(); ++at) {
    int known = 0;
    for (int c = 0; c < 256; ++c) {
      std::string text = good;
      text[at] = static_cast<char>(c);
      known += decodes(text, bytes) ? 1 : 0;
    }
    // Padding is for the end, and of the last number all bits must fit.
    EXPECT_EQ(known, at + 1 == good.size() ? 65 : 64) << at;
  }
}

TEST(hex, goes_both_ways) {
  const std::uint8_t bytes[] = {0x00, 0x0f, 0xa5, 0xff};
  char text[8];
  hex_encode(bytes, text);
  EXPECT_EQ(std::string_view(text, 8), "000fa5ff");
  std::uint8_t back[4];
  EXPECT_TRUE(hex_decode("000FA5ff", back));
  EXPECT_TRUE(std::equal(bytes, bytes + 4, back));
  EXPECT_FALSE(hex_decode("000FA5f", back));
  EXPECT_FALSE(hex_decode("000FA5fg", back));
  EXPECT_FALSE(hex_decode("000FA5f ", back));
}

}  // namespace
}  // namespace millrace::aws
