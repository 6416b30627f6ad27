#include "sync/inbox.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <numeric>
#include <thread>
#include <vector>

namespace {

using millrace::sync::inbox;

TEST(inbox, holds_exactly_its_capacity) {
  inbox<int> box(3);
  EXPECT_TRUE(box.empty());
  EXPECT_TRUE(box.push(1));
  EXPECT_TRUE(box.push(2));
  EXPECT_TRUE(box.push(3));
  EXPECT_FALSE(box.push(4));
  EXPECT_FALSE(box.empty());
  std::vector<int> seen;
  EXPECT_EQ(box.drain([&](int i) { seen.push_back(i); }, 10), 3U);
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3}));
  EXPECT_TRUE(box.empty());
}

TEST(inbox, capacity_zero_means_one) {
  inbox<int> box(0);
  EXPECT_EQ(box.capacity(), 1U);
  EXPECT_TRUE(box.push(1));
  EXPECT_FALSE(box.push(2));
}

TEST(inbox, batch_push_stores_the_first_that_fit) {
  inbox<int> box(4);
  const std::array<int, 6> items{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(box.push(std::span<const int>(items)), 4U);
  EXPECT_EQ(box.push(std::span<const int>(items)), 0U);
  std::array<int, 8> out{};
  EXPECT_EQ(box.pop(out), 4U);
  EXPECT_EQ(out, (std::array<int, 8>{1, 2, 3, 4, 0, 0, 0, 0}));
}

TEST(inbox, drain_stops_at_its_maximum_and_goes_on_there) {
  inbox<int> box(100);
  std::vector<int> items(100);
  std::iota(items.begin(), items.end(), 0);
  ASSERT_EQ(box.push(std::span<const int>(items)), 100U);
  std::vector<int> seen;
  const auto note = [&](int i) { seen.push_back(i); };
  EXPECT_EQ(box.drain(note, 0), 0U);
  EXPECT_EQ(box.drain(note, 33), 33U);
  EXPECT_EQ(box.drain(note, 1), 1U);
  EXPECT_EQ(box.drain(note, 1000), 66U);
  EXPECT_EQ(seen, items);
}

TEST(inbox, slots_are_free_again_while_consume_runs) {
  inbox<int> box(1);
  ASSERT_TRUE(box.push(1));
  bool pushed = false;
  EXPECT_EQ(box.drain([&](int) { pushed = box.push(2); }, 1), 1U);
  EXPECT_TRUE(pushed);
}

TEST(inbox, keeps_order_and_loses_nothing_between_two_threads) {
  struct item {
    std::uint64_t number;
    std::array<std::uint64_t, 7> copies;
  };
  constexpr std::uint64_t count = 200'000;
  inbox<item> box(256);
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < count;) {
      item it{i, {}};
      it.copies.fill(i);
      if (box.push(it)) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  std::uint64_t expected = 0;
  std::uint64_t wrong = 0;
  while (expected < count) {
    const std::size_t got = box.drain(
        [&](const item& it) {
          wrong += it.number != expected;
          for (const std::uint64_t c : it.copies) wrong += c != expected;
          ++expected;
        },
        100);
    if (got == 0) std::this_thread::yield();
  }
  producer.join();
  EXPECT_EQ(wrong, 0U);
  EXPECT_TRUE(box.empty());
}

}  // namespace
