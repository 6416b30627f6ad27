#include "kinesis/time_text.hpp"

#include <gtest/gtest.h>

namespace millrace::kinesis {
namespace {

TEST(time_text, is_as_kinesis_writes_it) {
  EXPECT_EQ(utc_text(0), "Thu Jan 01 00:00:00 UTC 1970");
  EXPECT_EQ(utc_text(1'421'889'722'999), "Thu Jan 22 01:22:02 UTC 2015");
  EXPECT_EQ(utc_text(1'709'208'000'000), "Thu Feb 29 12:00:00 UTC 2024");
}

}  // namespace
}  // namespace millrace::kinesis
