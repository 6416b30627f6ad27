// The table of request_cases.hpp, each case fed whole, byte by byte and in random pieces: the
// outcome is the table's, however the bytes arrive.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>

#include "feed.hpp"

namespace millrace::http::test {
namespace {

class request_table : public testing::TestWithParam<request_case> {};

TEST_P(request_table, fed_whole) { EXPECT_EQ(feed_whole(GetParam().bytes), GetParam().outcome); }

TEST_P(request_table, fed_byte_by_byte) {
  EXPECT_EQ(feed(GetParam().bytes, [](std::size_t) { return 1; }), GetParam().outcome);
}

TEST_P(request_table, fed_in_random_pieces) {
  const std::string& bytes = GetParam().bytes;
  const int rounds = bytes.size() < 1000 ? 100 : 10;
  for (int seed = 0; seed < rounds; ++seed) {
    std::mt19937 random(static_cast<std::uint32_t>(seed));
    const std::size_t largest = 1 + random() % 64;
    const auto next_size = [&](std::size_t left) {
      return std::min<std::size_t>(left, 1 + random() % largest);
    };
    ASSERT_EQ(feed(bytes, next_size), GetParam().outcome) << "seed " << seed;
  }
}

TEST_P(request_table, cut_in_two_everywhere) {
  const std::string& bytes = GetParam().bytes;
  const std::size_t step = bytes.size() < 1000 ? 1 : bytes.size() / 100;
  for (std::size_t cut = 1; cut < bytes.size(); cut += step) {
    const auto next_size = [&](std::size_t left) { return left == bytes.size() ? cut : left; };
    ASSERT_EQ(feed(bytes, next_size), GetParam().outcome) << "cut at " << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(cases, request_table,
                         testing::ValuesIn(request_cases().begin(), request_cases().end()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(request_table, holds_over_a_hundred_cases_with_names_of_their_own) {
  std::set<std::string> names;
  for (const request_case& c : request_cases()) names.insert(c.name);
  EXPECT_EQ(names.size(), request_cases().size());
  EXPECT_GE(names.size(), 100u);
}

/// Damages valid streams at random: the cut must never matter, and nothing may be read as more
/// messages than the bytes can hold.
TEST(request_property, outcome_of_damaged_streams_does_not_depend_on_the_cut) {
  std::mt19937 random(20261123);
  const auto& cases = request_cases();
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = cases[random() % cases.size()].bytes.substr(0, 400);
    bytes += cases[random() % cases.size()].bytes.substr(0, 400);
    for (unsigned damage = random() % 4; damage != 0 && !bytes.empty(); --damage) {
      const std::size_t at = random() % bytes.size();
      constexpr std::string_view spice = "\r\n :;,\t0aZ";
      switch (random() % 3) {
        case 0: bytes[at] = spice[random() % spice.size()]; break;
        case 1: bytes.erase(at, 1 + random() % 3); break;
        default: bytes.insert(at, 1, static_cast<char>(random())); break;
      }
    }
    const std::string whole = feed_whole(bytes);
    ASSERT_EQ(feed(bytes, [](std::size_t) { return 1; }), whole) << bytes;
    const auto next_size = [&](std::size_t left) {
      return std::min<std::size_t>(left, 1 + random() % 40);
    };
    ASSERT_EQ(feed(bytes, next_size), whole) << bytes;
  }
}

}  // namespace
}  // namespace millrace::http::test
