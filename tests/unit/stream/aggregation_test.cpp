// Aggregated records: the bytes of the KPL, both ways, and what is none.
#include <millrace/aggregation.hpp>

#include <gtest/gtest.h>

#include <random>

namespace millrace {
namespace {

std::vector<std::byte> bytes_of_hex(std::string_view hex) {
  std::vector<std::byte> out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    out.push_back(static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

constexpr std::string_view two_records =
    "f3899ac20a03706b310a03706b321a0908001a0568656c6c6f1a0908011a05776f726c6487c22af1ed18e292eb55b0"
    "18413a3cff";

// Shows: aggregation.format, aggregation.vector
TEST(aggregation, packs_the_bytes_of_the_kpl) {
  record_aggregator pack;
  ASSERT_TRUE(pack.add("pk1", as_bytes("hello")));
  ASSERT_TRUE(pack.add("pk2", as_bytes("world")));
  const std::size_t bytes = pack.bytes();
  const aggregated_record made = pack.take();
  EXPECT_EQ(made.data, bytes_of_hex(two_records));
  EXPECT_EQ(bytes, made.data.size());
  EXPECT_EQ(made.partition_key, "a");
  EXPECT_EQ(made.hash, hash_of("pk1"));
  EXPECT_EQ(pack.size(), 0U);
}

TEST(aggregation, unpacks_them) {
  std::vector<user_record> found;
  const auto data = bytes_of_hex(two_records);
  ASSERT_TRUE(disaggregate(data, found));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].partition_key, "pk1");
  EXPECT_EQ(as_text(found[1].data), "world");
  EXPECT_FALSE(found[0].explicit_hash_key.has_value());
}

// Shows: aggregation.outer
TEST(aggregation, a_record_alone_is_not_wrapped) {
  record_aggregator pack;
  const hash_key at{1, 2};
  ASSERT_TRUE(pack.add("pk1", as_bytes("hello"), &at));
  const aggregated_record made = pack.take();
  EXPECT_EQ(as_text(made.data), "hello");
  EXPECT_EQ(made.partition_key, "pk1");
  EXPECT_EQ(made.hash, at);
}

TEST(aggregation, keys_that_come_again_stand_once_and_hash_keys_are_kept) {
  record_aggregator pack;
  const hash_key at{1, 2};
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(pack.add("key", as_bytes("x"), &at));
  const aggregated_record made = pack.take();
  EXPECT_LT(made.data.size(), 100U * 10);
  std::vector<user_record> found;
  ASSERT_TRUE(disaggregate(made.data, found));
  ASSERT_EQ(found.size(), 100U);
  EXPECT_EQ(found[99].explicit_hash_key, to_text(at));
}

TEST(aggregation, a_pack_is_full_before_its_limit) {
  record_aggregator pack(1'000);
  const std::string data(150, 'x');
  int added = 0;
  while (pack.add("key" + std::to_string(added), as_bytes(data))) ++added;
  EXPECT_GE(added, 4);
  EXPECT_LE(pack.bytes(), 1'000U);
  static_cast<void>(pack.take());
  EXPECT_TRUE(pack.add("key", as_bytes(std::string(5'000, 'y')))) << "alone in its pack";
  EXPECT_FALSE(pack.add("key", as_bytes("z")));
}

TEST(aggregation, what_is_damaged_in_any_byte_stands_for_itself) {
  const auto data = bytes_of_hex(two_records);
  std::vector<user_record> found;
  for (std::size_t i = 0; i < data.size(); ++i) {
    auto damaged = data;
    damaged[i] ^= std::byte{1};
    EXPECT_FALSE(disaggregate(damaged, found)) << i;
    EXPECT_TRUE(found.empty());
    EXPECT_FALSE(disaggregate(bytes_view(data).first(i), found)) << i;
  }
}

}  // namespace
}  // namespace millrace
