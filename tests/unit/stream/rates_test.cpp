// The rates of limits=aws over ten seconds, to the record and to the byte.
#include "stream/rates.hpp"

#include <gtest/gtest.h>

namespace millrace::stream {
namespace {

constexpr base::time_ns begin_ns = 1'700'000'000 * base::ns_per_s;

TEST(write_rate, passes_1000_records_a_second) {
  write_rate rate;
  std::uint64_t passed = 0;
  for (int i = 0; i < 50'000; ++i) {
    passed += rate.pass(begin_ns + i * base::ns_per_s / 5'000, 10) ? 1 : 0;
  }
  EXPECT_EQ(passed, 10'000U);
}

TEST(write_rate, passes_a_mebibyte_a_second) {
  write_rate rate;
  std::uint64_t bytes = 0;
  for (int i = 0; i < 10'000; ++i) {
    bytes += rate.pass(begin_ns + i * base::ns_per_s / 1'000, 16'384) ? 16'384 : 0;
  }
  EXPECT_EQ(bytes, 10 * shard_bytes_in_per_second);
}

// Shows: put.large
TEST(write_rate, a_large_record_takes_the_seconds_that_it_needs) {
  write_rate rate;
  constexpr std::uint64_t large = 4U << 20;
  EXPECT_TRUE(rate.pass(begin_ns, large));
  EXPECT_FALSE(rate.pass(begin_ns + 4 * base::ns_per_s - 1, 1));
  EXPECT_TRUE(rate.pass(begin_ns + 4 * base::ns_per_s, 1));
  EXPECT_FALSE(rate.pass(begin_ns + 4 * base::ns_per_s, large)) << "the window is not empty";
}

TEST(read_rate, passes_five_calls_a_second) {
  read_rate rate;
  int passed = 0;
  for (int i = 0; i < 1'000; ++i) {
    if (!rate.may(begin_ns + i * base::ns_per_s / 100, shard_reads_per_second)) continue;
    rate.charge(10);
    ++passed;
  }
  EXPECT_EQ(passed, 50);
}

// Shows: list.rate
TEST(call_rate, passes_so_many_calls_a_second) {
  call_rate rate;
  int passed = 0;
  for (int i = 0; i < 10'000; ++i) {
    passed += rate.pass(begin_ns + i * base::ns_per_s / 1'000, 7) ? 1 : 0;
  }
  EXPECT_EQ(passed, 70);
}

// Shows: get.pause
TEST(read_rate, ten_mebibytes_at_once_block_for_five_seconds) {
  read_rate rate;
  ASSERT_TRUE(rate.may(begin_ns, shard_reads_per_second));
  rate.charge(10U << 20);
  EXPECT_FALSE(rate.may(begin_ns + 5 * base::ns_per_s - 1, shard_reads_per_second));
  EXPECT_TRUE(rate.may(begin_ns + 5 * base::ns_per_s, shard_reads_per_second));
}

TEST(read_rate, passes_two_mebibytes_a_second) {
  read_rate rate;
  std::uint64_t bytes = 0;
  for (int i = 0; i < 1'000; ++i) {
    if (!rate.may(begin_ns + i * base::ns_per_s / 100, 1'000)) continue;
    rate.charge(65'536);
    bytes += 65'536;
  }
  EXPECT_EQ(bytes, 10 * shard_bytes_out_per_second);
}

}  // namespace
}  // namespace millrace::stream
