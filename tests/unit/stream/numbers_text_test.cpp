// Hash keys and sequence numbers: AWS's own numbers and the edges.
#include <gtest/gtest.h>

#include <millrace/stream.hpp>

#include "stream/hash_space.hpp"

namespace millrace::stream {
namespace {

// Shows: hash.md5, hash.vector
TEST(hash_key, of_a_partition_key_is_its_md5) {
  EXPECT_EQ(to_text(hash_of("a")), "16955237001963240173058271559858726497");
}

// Shows: hash.shares
TEST(hash_key, three_shares_are_split_where_aws_splits_them) {
  EXPECT_EQ(to_text(share_begin(1, 3)), "113427455640312821154458202477256070485");
  EXPECT_EQ(to_text(share_begin(2, 3)), "226854911280625642308916404954512140970");
  EXPECT_EQ(to_text(share_begin(1, 2)), "170141183460469231731687303715884105728");
  EXPECT_EQ(share_begin(0, 3), hash_key{});
}

// Shows: hash.explicit
TEST(hash_key, text_is_0_to_2_to_the_128_less_1) {
  EXPECT_EQ(to_text(hash_key{}), "0");
  EXPECT_EQ(to_text(hash_key_max), "340282366920938463463374607431768211455");
  EXPECT_EQ(parse_hash_key("340282366920938463463374607431768211455"), hash_key_max);
  EXPECT_EQ(parse_hash_key("0"), hash_key{});
  EXPECT_EQ(parse_hash_key("18446744073709551616"), (hash_key{1, 0}));
  for (const char* bad :
       {"", "00", "01", "-1", "+1", "1 ", "0x1", "a", "340282366920938463463374607431768211456"}) {
    EXPECT_FALSE(parse_hash_key(bad).has_value()) << bad;
  }
}

// Shows: sequence.layout, sequence.vector
TEST(sequence_number, reads_a_number_printed_by_aws) {
  const auto n = parse_sequence_number("49607357361271740811418664280693044274821622880012337186");
  ASSERT_TRUE(n.has_value());
  EXPECT_EQ(n->created_s, 1590473907U);
  EXPECT_EQ(n->shard, 2U);
  EXPECT_EQ(n->index, 1233591373U);
  EXPECT_EQ(n->arrived_s, 1594265943U);
  EXPECT_EQ(to_text(*n), "49607357361271740811418664280693044274821622880012337186");
}

// Shows: sequence.order
TEST(sequence_number, grows_with_the_index_whatever_the_time) {
  const sequence_number first{1'700'000'000, 1, 1'800'000'000, 19};
  const sequence_number second{1'700'000'000, 2, 1'700'000'000, 19};
  EXPECT_EQ(to_text(first).size(), 56U);
  EXPECT_LT(to_text(first), to_text(second));
  EXPECT_EQ(parse_sequence_number(to_text(first)), first);
}

// Shows: sequence.layout
TEST(sequence_number, is_nothing_else_than_its_layout) {
  for (const char* bad : {"", "0", "1", "49607357361271740811418664280693044274821622880012337187",
                          "149607357361271740811418664280693044274821622880012337186"}) {
    EXPECT_FALSE(parse_sequence_number(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace millrace::stream
