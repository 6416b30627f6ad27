#include "kinesis/names.hpp"

#include <gtest/gtest.h>

namespace millrace::kinesis {
namespace {

aws::service_context here() {
  aws::service_context context;
  context.account_id = "123456789012";
  context.region = "eu-west-1";
  return context;
}

TEST(names, of_streams_and_consumers_are_arns) {
  EXPECT_EQ(stream_arn(here(), "s"), "arn:aws:kinesis:eu-west-1:123456789012:stream/s");
  EXPECT_EQ(consumer_arn(here(), "s", "c", 1'700'000'000'999),
            "arn:aws:kinesis:eu-west-1:123456789012:stream/s/consumer/c:1700000000");
}

TEST(names, come_out_of_an_arn_as_they_went_in) {
  const std::string arn = consumer_arn(here(), "a.stream", "a-consumer", 1'700'000'000'000);
  const arn_parts parts = split_arn(arn);
  EXPECT_EQ(parts.region, "eu-west-1");
  EXPECT_EQ(parts.account, "123456789012");
  EXPECT_EQ(parts.stream, "a.stream");
  EXPECT_EQ(parts.consumer, "a-consumer");
  EXPECT_EQ(parts.consumer_created_s, 1'700'000'000);
  const std::string of_stream = stream_arn(here(), "s");
  EXPECT_EQ(split_arn(of_stream).stream, "s");
  EXPECT_TRUE(split_arn(of_stream).consumer.empty());
  EXPECT_TRUE(split_arn("arn:aws").stream.empty());
}

// Shows: shard.id
TEST(names, of_shards_have_twelve_digits) {
  EXPECT_EQ(shard_id(0), "shardId-000000000000");
  EXPECT_EQ(shard_id(4'294'967'295), "shardId-004294967295");
  EXPECT_EQ(shard_id_text(0).view(), "shardId-000000000000");
  EXPECT_EQ(shard_id_text(1'020).view(), "shardId-000000001020");
  std::uint32_t number = 7;
  EXPECT_TRUE(read_shard_id("shardId-000000000012", number));
  EXPECT_EQ(number, 12U);
  for (const std::string_view text : {"shardId-00000000001x", "shardId-002147483648", "shardId-+1",
                                      "shardId- 1", "shardId-", "x", "shard-Id-1", ""}) {
    EXPECT_FALSE(read_shard_id(text, number)) << text;
  }
}

TEST(names, of_shards_are_read_as_kinesis_reads_them) {
  std::uint32_t number = 7;
  for (const std::string_view text : {"shardId-3", "a-00003", "-3", "3", "shardId-000000000003"}) {
    number = 7;
    EXPECT_TRUE(read_shard_id(text, number)) << text;
    EXPECT_EQ(number, 3U) << text;
  }
  EXPECT_TRUE(read_shard_id("2147483647", number));
}

}  // namespace
}  // namespace millrace::kinesis
