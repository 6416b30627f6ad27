#include "journal/segment_name.hpp"

#include <gtest/gtest.h>

using namespace millrace::journal;

namespace {

TEST(segment_name, is_sixteen_digits_and_sorts_by_number) {
  EXPECT_EQ(segment_name(1), "0000000000000001.seg");
  EXPECT_EQ(segment_name(1234567890123456), "1234567890123456.seg");
  EXPECT_EQ(segment_name(7, unfinished_suffix), "0000000000000007.tmp");
  EXPECT_LT(segment_name(9), segment_name(10));
}

TEST(segment_name, gives_its_number_back) {
  for (const std::uint64_t number : {1ULL, 10ULL, 9999999999999999ULL}) {
    EXPECT_EQ(segment_number(segment_name(number)), number);
  }
}

TEST(segment_name, is_no_other_name) {
  for (const char* name : {"", "identity", "1.seg", "0000000000000000.seg", "0000000000000001.tmp",
                           "000000000000000a.seg", "00000000000000001.seg", "000000000000001.seg",
                           "0000000000000001.seg.tmp", "-000000000000001.seg"}) {
    EXPECT_EQ(segment_number(name), std::nullopt) << name;
  }
}

}  // namespace
