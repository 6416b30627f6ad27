#include "kinesis/shard_filter.hpp"

#include <gtest/gtest.h>

namespace millrace::kinesis {
namespace {

using type = shard_filter::type;

shard_description shard(std::uint32_t number, std::int64_t created_ms, std::int64_t closed_ms = 0) {
  shard_description out;
  out.number = number;
  out.created_at_ms = created_ms;
  out.closed_at_ms = closed_ms;
  return out;
}

// Shows: list.filters
TEST(shard_filter, at_a_time_passes_what_was_open_then) {
  const shard_filter at{type::at_timestamp, 0, 100};
  EXPECT_TRUE(passes(at, shard(0, 100), 0));
  EXPECT_FALSE(passes(at, shard(0, 101), 0));
  EXPECT_FALSE(passes(at, shard(0, 50, 100), 0));
  EXPECT_TRUE(passes(at, shard(0, 50, 101), 0));
  EXPECT_FALSE(passes(at, shard(0, 50, 101), 200)) << "before the oldest record: that one's time";
}

// Shows: list.filters
TEST(shard_filter, from_a_time_passes_what_was_not_closed_before) {
  const shard_filter from{type::from_timestamp, 0, 100};
  EXPECT_TRUE(passes(from, shard(0, 500), 0));
  EXPECT_TRUE(passes(from, shard(0, 50, 100), 0));
  EXPECT_FALSE(passes(from, shard(0, 50, 99), 0));
}

// Shows: list.filters
TEST(shard_filter, of_the_other_types) {
  EXPECT_TRUE(passes({type::none}, shard(0, 1, 2), 100));
  EXPECT_TRUE(passes({type::from_trim_horizon}, shard(0, 1, 2), 100));
  EXPECT_FALSE(passes({type::at_trim_horizon}, shard(0, 1, 2), 100));
  EXPECT_FALSE(passes({type::at_trim_horizon}, shard(0, 101), 100));
  EXPECT_FALSE(passes({type::at_latest}, shard(0, 1, 2), 0));
  EXPECT_TRUE(passes({type::at_latest}, shard(0, 1), 0));
  EXPECT_FALSE(passes({type::after_shard_id, 3}, shard(3, 1), 0));
  EXPECT_TRUE(passes({type::after_shard_id, 3}, shard(4, 1), 0));
}

TEST(shard_filter, and_place_come_back_from_their_text) {
  const list_place place{"a.stream-1", 12, {type::from_timestamp, 34, 1'700'000'000'123}};
  const std::string text = place_text(place);
  const list_place read = read_place(text);
  EXPECT_EQ(read.stream, place.stream);
  EXPECT_EQ(read.from, place.from);
  EXPECT_EQ(read.filter.is, place.filter.is);
  EXPECT_EQ(read.filter.shard, place.filter.shard);
  EXPECT_EQ(read.filter.timestamp_ms, place.filter.timestamp_ms);
}

TEST(horizon, is_the_retention_ago_or_the_creation) {
  stream_description s;
  s.created_at_ms = 1'000;
  s.settings.retention_hours = 24;
  EXPECT_EQ(horizon_ms(s, 2'000), 1'000);
  EXPECT_EQ(horizon_ms(s, 100 * 3'600'000), 76 * 3'600'000);
}

}  // namespace
}  // namespace millrace::kinesis
