#include "aws/sealed_token.hpp"

#include <gtest/gtest.h>

#include "aws/base64.hpp"

namespace millrace::aws {
namespace {

using verdict = opened_token::verdict;
constexpr token_key mine{{1, 2}, 3};

TEST(sealed_token, says_what_was_put_into_it) {
  const opened_token opened = open_token(mine, 7, seal(mine, 7, 1234, "content"));
  EXPECT_EQ(opened.is, verdict::good);
  EXPECT_EQ(opened.made_at_ms, 1234);
  EXPECT_EQ(opened.content, "content");
  EXPECT_EQ(open_token(mine, 7, seal(mine, 7, 1, "")).is, verdict::good);
}

TEST(sealed_token, of_an_earlier_process_is_known_as_such) {
  const token_key other{{4, 5}, 6};
  const opened_token opened = open_token(mine, 7, seal(other, 7, 1234, "content"));
  EXPECT_EQ(opened.is, verdict::earlier);
  EXPECT_EQ(opened.made_at_ms, 1234);
  EXPECT_TRUE(opened.content.empty());
}

TEST(sealed_token, of_another_kind_is_none) {
  EXPECT_EQ(open_token(mine, 8, seal(mine, 7, 1234, "content")).is, verdict::forged);
}

TEST(sealed_token, that_is_changed_anywhere_is_not_good) {
  const std::string text = seal(mine, 7, 1234, "content");
  std::string bytes(base64_decoded_size_max(text.size()), '\0');
  std::size_t size = 0;
  ASSERT_TRUE(base64_decode(text, bytes.data(), size));
  for (std::size_t i = 0; i < size * 8; ++i) {
    std::string changed = bytes.substr(0, size);
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ 1 << i % 8);
    std::string encoded(base64_encoded_size(size), '\0');
    base64_encode(changed, encoded.data());
    EXPECT_NE(open_token(mine, 7, encoded).is, verdict::good) << i;
  }
  for (const std::string_view other : {"", "AAAA", "no base64", "AAAAAAAAAAAAAAAAAAAA"}) {
    EXPECT_EQ(open_token(mine, 7, other).is, verdict::forged) << other;
  }
}

}  // namespace
}  // namespace millrace::aws
