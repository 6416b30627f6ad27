// SipHash-2-4 against its authors' vectors, and that hash_bytes looks at every byte.
#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace {

using namespace millrace::base;

// The key and inputs of the reference implementation's vectors: bytes 0, 1, 2, ...
constexpr tag_key reference_key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
constexpr std::uint64_t reference_words[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

TEST(keyed_tag, agrees_with_the_reference_vectors) {
  const std::span<const std::uint64_t> words(reference_words);
  EXPECT_EQ(keyed_tag(reference_key, words.first(0)), 0x726fdb47dd0e0e31);
  EXPECT_EQ(keyed_tag(reference_key, words.first(1)), 0x93f5f5799a932462);
  EXPECT_EQ(keyed_tag(reference_key, words.first(2)), 0x3f2acc7f57c29bdb);
}

TEST(keyed_tags, are_the_two_tags) {
  const std::vector<std::uint64_t> words{1, 0xfedcba9876543210, 3, 0, 5};
  const tag_key other{~reference_key.low, reference_key.high};
  for (std::size_t count = 0; count <= words.size(); ++count) {
    const auto some = std::span(words).first(count);
    const auto [first, second] = keyed_tags({reference_key, other}, some);
    EXPECT_EQ(first, keyed_tag(reference_key, some)) << count;
    EXPECT_EQ(second, keyed_tag(other, some)) << count;
    EXPECT_NE(first, second) << count;
  }
}

TEST(keyed_tags, of_many_texts_of_all_lengths_are_those_of_each) {
  const std::array<tag_key, 2> keys{reference_key, {~reference_key.low, reference_key.high}};
  std::vector<std::uint64_t> words;
  for (std::uint64_t i = 0; i < 20; ++i) words.push_back(mix64(i));
  for (std::size_t count = 0; count <= 24; ++count) {
    std::vector<std::array<std::uint64_t, 2>> tags(count);
    std::vector<tag_job> jobs;
    for (std::size_t i = 0; i < count; ++i) {
      jobs.push_back({std::span(words).first(mix64(count * 100 + i) % 18), &tags[i]});
    }
    keyed_tags(keys, jobs);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(tags[i], keyed_tags(keys, jobs[i].words)) << count << ' ' << i;
    }
  }
}

TEST(hash_bytes, changes_with_every_byte_the_length_and_the_seed) {
  for (std::size_t length = 0; length <= 40; ++length) {
    std::string text(length, 'a');
    std::set<std::uint64_t> seen{hash_bytes(text), hash_bytes(text, 1),
                                 hash_bytes(text + std::string(1, '\0'))};
    for (std::size_t i = 0; i < length; ++i) {
      text[i] = 'b';
      seen.insert(hash_bytes(text));
      text[i] = 'a';
    }
    EXPECT_EQ(seen.size(), length + 3) << length;
  }
}

TEST(hash_bytes, spreads_similar_names_over_all_256_slots) {
  int slots[256] = {};
  for (int i = 0; i < 25'600; ++i) ++slots[hash_bytes("queue-" + std::to_string(i)) >> 56];
  for (const int count : slots) {
    EXPECT_GT(count, 50);
    EXPECT_LT(count, 160);
  }
}

}  // namespace
