// The record log: order, lookup, trimming, and putting a replay in order.
#include "stream/record_log.hpp"

#include <gtest/gtest.h>

#include "sync/block_store.hpp"
#include "sync/block_writer.hpp"
#include "sync/extent_source.hpp"

namespace millrace::stream {
namespace {

struct record_log_test : testing::Test {
  sync::memory_budget budget;
  sync::arena memory{sync::heap_extent_source(), budget};
  record_slab chunks{memory};
  record_log log{chunks};

  void push(std::uint64_t index, base::time_ms at_ms, std::uint32_t epoch = 0) {
    ASSERT_TRUE(log.reserve(sync::allocation_class::normal));
    log.push({{}, index, at_ms, epoch});
  }
};

TEST_F(record_log_test, finds_the_first_at_an_index_or_a_time_or_behind) {
  for (std::uint64_t i = 0; i < 1'000; ++i)
    push(10 + 2 * i, static_cast<base::time_ms>(100 + i / 3));
  EXPECT_EQ(log.find(0), 0U);
  EXPECT_EQ(log.find(10), 0U);
  EXPECT_EQ(log.find(11), 1U);
  EXPECT_EQ(log.find(2'008), 999U);
  EXPECT_EQ(log.find(2'009), 1'000U);
  EXPECT_EQ(log.find_time(100), 0U);
  EXPECT_EQ(log.find_time(101), 3U);
  EXPECT_EQ(log.find_time(10'000), 1'000U);
}

TEST_F(record_log_test, gives_chunks_back_as_it_is_trimmed) {
  for (std::uint64_t i = 0; i < 10'000; ++i) push(i, 0);
  const std::size_t most = chunks.live();
  while (log.size() > 10) log.pop_front();
  EXPECT_LE(chunks.live(), 2U);
  EXPECT_GE(most, 10'000 / record_chunk::records_max);
  EXPECT_EQ(log.front().index, 9'990U);
  for (std::uint64_t i = 10'000; i < 20'000; ++i) {
    push(i, 0);
    log.pop_front();
    ASSERT_EQ(log.back().index, i);
    ASSERT_EQ(log.front().index, i - 9);
  }
  EXPECT_LE(chunks.live(), 2U);
}

TEST_F(record_log_test, drops_the_bodies_of_entries_that_were_not_the_latest) {
  sync::block_store blocks{sync::heap_extent_source(), budget, {}};
  sync::block_writer writer(blocks);
  const auto push_body = [&](std::uint64_t index, std::uint32_t epoch) {
    ASSERT_NE(writer.reserve(100), nullptr);
    ASSERT_TRUE(log.reserve(sync::allocation_class::normal));
    log.push({writer.commit(100), index, 0, epoch});
  };
  for (const std::uint64_t i : {5U, 6U}) push_body(i, 1);
  for (const std::uint64_t i : {4U, 5U}) push_body(i, 2);
  EXPECT_EQ(log.settle(), 100U);
  EXPECT_EQ(log.drop_bodies(), 300U);
  EXPECT_EQ(log.size(), 3U);
  EXPECT_FALSE(log[0].body);
  EXPECT_EQ(log.drop_bodies(), 0U);
  writer.seal();
  EXPECT_EQ(blocks.bytes_in_use(), 0U);
}

TEST_F(record_log_test, settles_into_order_with_the_latest_entry_of_each) {
  for (const std::uint64_t i : {5U, 6U, 9U}) push(i, 0, 1);
  for (const std::uint64_t i : {1U, 2U, 5U}) push(i, 0, 2);
  log.settle();
  ASSERT_EQ(log.size(), 5U);
  std::vector<std::uint64_t> indexes;
  for (std::size_t i = 0; i < log.size(); ++i) indexes.push_back(log[i].index);
  EXPECT_EQ(indexes, (std::vector<std::uint64_t>{1, 2, 5, 6, 9}));
  EXPECT_EQ(log[2].log_epoch, 2U);
}

}  // namespace
}  // namespace millrace::stream
