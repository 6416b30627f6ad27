// Shards that split and merge: ranges, parents and children, closed shards.
#include "stream_fixture.hpp"

#include <malloc.h>

#include <algorithm>

namespace {

using namespace millrace;
using test::one_stream;

constexpr hash_key half{std::uint64_t{1} << 63, 0};

struct shards : one_stream {
  /// The open ones cover the hash space without a gap.
  std::vector<shard_description> open() {
    auto found = streams().list_shards(s).value();
    std::erase_if(found, [](const shard_description& d) { return d.closed_at_ms != 0; });
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    EXPECT_EQ(found.front().first, hash_key{});
    EXPECT_EQ(found.back().last, hash_key_max);
    return found;
  }
};

TEST_F(shards, a_split_makes_two_children_and_closes_the_parent) {
  put_at("before", {});
  streams().split_shard(s, 0, half).value();
  put_at("low", {});
  put_at("high", half);
  const auto every = streams().list_shards(s).value();
  ASSERT_EQ(every.size(), 3U);
  EXPECT_TRUE(every[0].ending.has_value());
  EXPECT_EQ(every[1].parent, 0U);
  EXPECT_EQ(every[2].parent, 0U);
  EXPECT_EQ(every[1].last, (hash_key{half.high - 1, UINT64_MAX}));
  EXPECT_EQ(every[2].first, half);
  EXPECT_EQ(all(0), std::vector<std::string>{"before"});
  EXPECT_EQ(all(1), std::vector<std::string>{"low"});
  EXPECT_EQ(all(2), std::vector<std::string>{"high"});
  EXPECT_GT(to_text(every[1].starting), to_text(*every[0].ending));
}

TEST_F(shards, the_end_of_a_closed_shard_names_its_children) {
  put_at("before", {});
  streams().split_shard(s, 0, half).value();
  const records got = read({0, 0});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(got.summary().end_of_shard);
  ASSERT_EQ(got.summary().children.size(), 2U);
  EXPECT_EQ(got.summary().children[0].number, 1U);
}

TEST_F(shards, only_a_point_inside_splits) {
  for (const hash_key& bad : {hash_key{}, hash_key{0, 1}, hash_key_max}) {
    EXPECT_EQ(streams().split_shard(s, 0, bad).error(), errc::invalid_split_point);
  }
  EXPECT_EQ(streams().split_shard(s, 7, half).error(), errc::shard_does_not_exist);
  streams().split_shard(s, 0, half).value();
  EXPECT_EQ(streams().split_shard(s, 0, half).error(), errc::shard_closed);
}

TEST_F(shards, neighbours_merge_into_a_child_of_both) {
  streams().update_shard_count(s, 4).value();
  auto found = open();
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(streams().merge_shards(s, found[0].number, found[2].number).error(),
            errc::shards_not_adjacent);
  EXPECT_EQ(streams().merge_shards(s, found[2].number, found[1].number).error(),
            errc::shards_not_adjacent);
  streams().merge_shards(s, found[1].number, found[2].number).value();
  const auto after = open();
  ASSERT_EQ(after.size(), 3U);
  EXPECT_EQ(after[1].parent, found[1].number);
  EXPECT_EQ(after[1].adjacent_parent, found[2].number);
  EXPECT_EQ(after[1].first, found[1].first);
  EXPECT_EQ(after[1].last, found[2].last);
}

TEST_F(shards, any_count_has_equal_ranges_and_each_parent_is_closed) {
  for (const std::uint32_t count : {2U, 3U, 6U, 5U, 10U, 7U, 1U}) {
    streams().update_shard_count(s, count).value();
    const auto found = open();
    ASSERT_EQ(found.size(), count);
    for (std::size_t i = 1; i < found.size(); ++i) {
      const hash_key& before = found[i - 1].last;
      const bool next = before.low == UINT64_MAX
                            ? found[i].first == hash_key{before.high + 1, 0}
                            : found[i].first == hash_key{before.high, before.low + 1};
      EXPECT_TRUE(next);
    }
    for (const shard_description& d : streams().list_shards(s).value()) {
      if (!d.parent) continue;
      const auto parent = streams().list_shards(s, *d.parent, 1).value();
      EXPECT_NE(parent.at(0).closed_at_ms, 0);
      EXPECT_GT(d.starting.created_s, parent[0].starting.created_s);
    }
  }
}

TEST_F(shards, ten_thousand_idle_ones_cost_less_than_a_kibibyte_each) {
  stream_settings wanted;
  wanted.shard_count = 10'000;
  const std::size_t before = mallinfo2().uordblks;
  streams().create_stream("wide", wanted, given_shard_count).value();
  EXPECT_LT(mallinfo2().uordblks - before, 10'000U * 1024);
  EXPECT_EQ(streams().list_shards("wide").value().size(), 10'000U);
  EXPECT_EQ(streams().update_shard_count("wide", 9'999).error(), errc::invalid_shard_count)
      << "more splits and merges than one decision may have";
}

TEST_F(shards, a_closed_one_goes_when_its_records_have) {
  put_at("before", {});
  pass(3'600'000);
  streams().split_shard(s, 0, half).value();
  pass(24 * 3'600'000);
  EXPECT_EQ(streams().list_shards(s).value().size(), 3U) << "not yet";
  pass(10'000);
  const auto left = streams().list_shards(s).value();
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].number, 1U);
  EXPECT_EQ(streams().read(s, {}).error(), errc::shard_does_not_exist);
}

}  // namespace
