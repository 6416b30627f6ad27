// Sequence numbers written one after the other: the same texts as one by one.
#include <gtest/gtest.h>

#include <millrace/sequence_texts.hpp>
#include <random>
#include <string>

#include "stream/decimal_add.hpp"

namespace millrace::stream {
namespace {

TEST(decimal_add, carries_through_all_digits_and_says_when_there_are_too_few) {
  std::string text = "0000000099999999";
  EXPECT_TRUE(decimal_add(std::span(text), decimal_words_of<1>(1)));
  EXPECT_EQ(text, "0000000100000000");
  text = "9999999999999999";
  EXPECT_FALSE(decimal_add(std::span(text), decimal_words_of<2>(1)));
  EXPECT_EQ(text, "0000000000000000");
}

TEST(decimal_add, adds_as_numbers_do) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t left = random() % 10'000'000'000'000'000;
    const std::uint64_t right = random() % (10'000'000'000'000'000 - left);
    std::string text = std::to_string(left);
    text.insert(0, 16 - text.size(), '0');
    EXPECT_TRUE(decimal_add(std::span(text), decimal_words_of<2>(right)));
    EXPECT_EQ(std::stoull(text), left + right);
  }
}

TEST(sequence_texts, are_those_of_to_text_in_any_order) {
  std::mt19937_64 random(11);
  sequence_texts texts;
  sequence_number of[40];
  for (std::uint32_t shard = 0; shard < 40; ++shard) {
    of[shard] = {1'700'000'000 + shard, random() >> (random() % 60), 1'800'000'000, shard};
  }
  for (int i = 0; i < 20'000; ++i) {
    sequence_number& n = of[random() % (i % 2 == 0 ? 4 : 40)];
    EXPECT_EQ(texts.text(n), to_text(n));
    switch (random() % 16) {
      case 0: ++n.arrived_s; break;
      case 1: ++n.created_s; break;
      case 2: break;
      case 3: n.index += 2; break;
      default: ++n.index; break;
    }
  }
}

TEST(sequence_texts, are_written_as_they_are_shown) {
  std::mt19937_64 random(13);
  sequence_texts texts;
  sequence_number of[20];
  for (std::uint32_t shard = 0; shard < 20; ++shard) {
    of[shard] = {1'700'000'000, 99'990 + (random() >> 20), 1'800'000'000, shard};
  }
  for (int i = 0; i < 20'000; ++i) {
    sequence_number& n = of[random() % 20];
    std::string written(sequence_texts::digits + 1, '#');
    texts.write(n, written.data());
    ASSERT_EQ(written, to_text(n) + '#');
    ++n.index;
    if (random() % 4 == 0) {
      ASSERT_EQ(texts.text(n), to_text(n));
      ++n.index;
    }
  }
}

TEST(sequence_texts, carry_beyond_the_digits_that_an_index_adds) {
  sequence_texts texts;
  sequence_texts written_texts;
  for (std::uint64_t index = 99'990; index < 200'010; ++index) {
    const sequence_number n{1'700'000'000, index, 1'800'000'000, 3};
    ASSERT_EQ(texts.text(n), to_text(n));
    std::string written(sequence_texts::digits, '#');
    written_texts.write(n, written.data());
    ASSERT_EQ(written, to_text(n));
  }
  const sequence_number last{1, UINT64_MAX, 1, 3};
  EXPECT_EQ(texts.text(last), to_text(last));
  const sequence_number around{1, 0, 1, 3};
  EXPECT_EQ(texts.text(around), to_text(around));
}

}  // namespace
}  // namespace millrace::stream
