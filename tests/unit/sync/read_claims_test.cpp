// Claims on one thread, and a reader that looks at things while their owner gives them up.
#include "sync/read_claims.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace {

using millrace::sync::basic_read_claims;
using millrace::sync::read_claims;
using millrace::sync::std_sync;

TEST(read_claims, a_claim_below_what_was_given_up_fails) {
  read_claims all;
  const std::size_t mine = all.open().value();
  all.give_up(10);
  EXPECT_FALSE(all.claim(mine, 9));
  EXPECT_FALSE(all.look(mine).has_value()) << "nothing is claimed then";
  EXPECT_TRUE(all.claim(mine, 10));
  EXPECT_EQ(all.look(mine), 10U);
}

TEST(read_claims, a_claim_ends_with_the_next_and_with_leaving) {
  read_claims all;
  const std::size_t mine = all.open().value();
  EXPECT_TRUE(all.claim(mine, 10));
  EXPECT_TRUE(all.claim(mine, 20));
  EXPECT_EQ(all.look(mine), 20U);
  all.leave(mine);
  EXPECT_FALSE(all.look(mine).has_value());
  EXPECT_TRUE(all.any_open());
}

TEST(read_claims, a_closed_slot_is_given_to_the_next_reader) {
  basic_read_claims<std_sync, 2> all;
  EXPECT_FALSE(all.any_open());
  const std::size_t one = all.open().value();
  const std::size_t two = all.open().value();
  EXPECT_NE(one, two);
  EXPECT_FALSE(all.open().has_value());
  all.close(one);
  EXPECT_EQ(all.open(), one);
  all.close(one);
  all.close(two);
  EXPECT_FALSE(all.any_open());
}

// Things are words in a ring of places. The owner gives up the oldest and, when no claim covers
// them, puts new ones in their places; a reader sees in every place that it claimed what it
// expects.
TEST(read_claims_stress, what_is_claimed_does_not_change) {
  constexpr std::uint64_t things = 200'000;
  constexpr std::uint64_t span = read_claims::claim_span;
  auto all = std::make_unique<read_claims>();
  std::vector<std::uint64_t> places(4 * span);
  std::atomic<std::uint64_t> end{places.size()};
  for (std::uint64_t i = 0; i < places.size(); ++i) places[i] = i;
  const auto read_all = [&](std::size_t slot) {
    std::uint64_t read = 0;
    for (std::uint64_t at = 0; at + span <= things;) {
      if (at + span > end.load(std::memory_order_acquire)) {
        all->leave(slot);
        std::this_thread::yield();
        continue;
      }
      if (all->claim(slot, at)) {
        for (std::uint64_t i = at; i < at + span; ++i) read += places[i % places.size()] == i;
      }
      at += span;
    }
    all->close(slot);
    EXPECT_EQ(read % span, 0U) << "all of a claim, or nothing of it";
    EXPECT_GT(read, 0U);
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    const std::size_t slot = all->open().value();
    ASSERT_TRUE(all->claim(slot, 0));  // so that the owner does not leave them behind at once
    readers.emplace_back(read_all, slot);
  }
  std::uint64_t low = 0;
  while (all->any_open()) {
    const std::uint64_t below = low + 64;
    all->give_up(below);
    bool held = false;
    for (std::size_t s = 0; s < all->slots(); ++s) {
      const auto claim = all->look(s);
      held = held || (claim && *claim < below);
    }
    if (held) {
      std::this_thread::yield();
      continue;
    }
    for (; low < below; ++low) places[low % places.size()] += places.size();
    end.store(low + places.size(), std::memory_order_release);
  }
  for (auto& t : readers) t.join();
}

}  // namespace
