#include "topic/filter_address.hpp"

#include <gtest/gtest.h>

using namespace millrace::topic;

namespace {

bool within(std::string_view block, std::string_view address) {
  std::string problem;
  const auto parsed = parse_block(block, problem);
  const auto bytes = parse_address(address);
  return parsed && bytes && parsed->contains(*bytes);
}

std::string problem_of(std::string_view block) {
  std::string problem;
  EXPECT_FALSE(parse_block(block, problem).has_value()) << block;
  return problem;
}

}  // namespace

TEST(filter_address, reads_both_families) {
  EXPECT_TRUE(parse_address("10.0.0.1"));
  EXPECT_TRUE(parse_address("010.000.00.1"));
  EXPECT_TRUE(parse_address("::1"));
  EXPECT_TRUE(parse_address("2001:0db8:1234:1a00:0000:0000:0000:0000"));
  for (const char* text :
       {"", "10.0.0", "10.0.0.256", "10.0.0.1.2", "10.0.0.1 ", "a.b.c.d", ":::", "2001:db8",
        "1:2:3:4:5:6:7:8:9", "::ffff:10.0.0.1", "localhost", "99999999999999999999.0.0.1"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(filter_address, knows_an_ipv4_address_that_is_mapped_into_ipv6) {
  const auto mapped = parse_address("::ffff:0a00:0001");
  ASSERT_TRUE(mapped);
  EXPECT_EQ(mapped->size, 4);
  EXPECT_TRUE(block_of(*parse_address("10.0.0.1")).contains(*mapped));
}

TEST(filter_address, block_has_the_addresses_of_its_prefix) {
  EXPECT_TRUE(within("10.0.0.0/24", "10.0.0.0"));
  EXPECT_TRUE(within("10.0.0.0/24", "10.0.0.255"));
  EXPECT_FALSE(within("10.0.0.0/24", "10.0.1.0"));
  EXPECT_TRUE(within("10.0.0.77/29", "10.0.0.72"));
  EXPECT_TRUE(within("10.0.0.77/29", "10.0.0.79"));
  EXPECT_FALSE(within("10.0.0.77/29", "10.0.0.80"));
  EXPECT_TRUE(within("0.0.0.0/0", "255.255.255.255"));
  EXPECT_FALSE(within("0.0.0.0/0", "::1"));
  EXPECT_TRUE(within("2001:db8:1234:1a00::/64", "2001:db8:1234:1a00:ffff::1"));
  EXPECT_FALSE(within("2001:db8:1234:1a00::/64", "2001:db8:1234:1a01::"));
  EXPECT_TRUE(within("::/0", "2001:db8::"));
}

TEST(filter_address, says_why_a_block_is_none) {
  EXPECT_EQ(problem_of("10.0.0.0"), "Malformed CIDR, one '/' required");
  EXPECT_EQ(problem_of("10.0.0.0/"), "Malformed CIDR, one '/' required");
  EXPECT_EQ(problem_of("10.0.0.0/8/8"), "Malformed CIDR, one '/' required");
  EXPECT_EQ(problem_of("10.0.0.0/x"), "Malformed CIDR, mask bits must be an integer");
  EXPECT_EQ(problem_of("10.0.0.0/99999999999"), "Malformed CIDR, mask bits must be an integer");
  EXPECT_EQ(problem_of("10.0.0.0/-1"), "Malformed CIDR, mask bits must not be negative");
  EXPECT_EQ(problem_of("10.0.0.0/32"), "IPv4 mask bits must be < 32");
  EXPECT_EQ(problem_of("::/128"), "IPv6 mask bits must be < 128");
  EXPECT_EQ(problem_of("here/8"), "Nonstandard IP address: here");
  EXPECT_EQ(problem_of("/8"), "Nonstandard IP address: ");
  EXPECT_EQ(problem_of("300.0.0.1/8"), "Invalid IP address: 300.0.0.1");
}
