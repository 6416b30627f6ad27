// The hand-out ring on one thread: each item goes out once, in order; the dead are passed over;
// claim and kill agree on who won.
#include "sync/hand_out_ring.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <vector>

namespace {

using millrace::sync::hand_out_ring;
using millrace::sync::handed_out;
using millrace::sync::std_sync;

struct delivery {
  std::uint64_t number;
  std::uint32_t length;
  std::array<std::byte, 92> receipt;
};
static_assert(sizeof(delivery) <= 112);

using ring_type = hand_out_ring<std_sync, delivery>;
using item = handed_out<delivery>;

delivery make(std::uint64_t number) {
  delivery made{number, static_cast<std::uint32_t>(number * 3), {}};
  made.receipt.fill(static_cast<std::byte>(number));
  return made;
}

class hand_out : public ::testing::Test {
 protected:
  bool offer(std::uint64_t number, std::uint64_t deadline_ns = 0) {
    return ring_.try_offer(make(number), deadline_ns);
  }
  std::vector<std::uint64_t> claim(std::size_t most, std::uint64_t now_ns = 0) {
    std::vector<item> out(most);
    out.resize(ring_.claim(out, now_ns));
    std::vector<std::uint64_t> claimed;
    for (const item& got : out) {
      EXPECT_EQ(got.value.length, static_cast<std::uint32_t>(got.value.number * 3));
      EXPECT_EQ(got.value.receipt.back(), static_cast<std::byte>(got.value.number));
      claimed.push_back(got.value.number);
    }
    return claimed;
  }
  using numbers = std::vector<std::uint64_t>;

  std::vector<ring_type::slot> slots_{8};
  ring_type ring_{slots_};
};

TEST_F(hand_out, slot_is_one_line_pair) { EXPECT_EQ(sizeof(ring_type::slot), 128U); }

TEST_F(hand_out, accepts_powers_of_two_up_to_its_maximum) {
  EXPECT_TRUE(ring_type::accepts_slots(2));
  EXPECT_TRUE(ring_type::accepts_slots(ring_type::slots_max));
  EXPECT_FALSE(ring_type::accepts_slots(0));
  EXPECT_FALSE(ring_type::accepts_slots(1));
  EXPECT_FALSE(ring_type::accepts_slots(12));
  EXPECT_FALSE(ring_type::accepts_slots(2 * ring_type::slots_max));
}

TEST_F(hand_out, items_go_out_once_and_in_order) {
  EXPECT_EQ(claim(4), numbers{});
  for (std::uint64_t i = 0; i < 5; ++i) ASSERT_TRUE(offer(i));
  EXPECT_EQ(ring_.claimed(), 0U);
  EXPECT_EQ(claim(1), numbers{0});
  EXPECT_EQ(claim(3), (numbers{1, 2, 3}));
  EXPECT_EQ(ring_.claimed(), 4U);
  EXPECT_EQ(claim(8), numbers{4});
  EXPECT_EQ(claim(8), numbers{});
  EXPECT_EQ(claim(0), numbers{});
}

TEST_F(hand_out, a_full_ring_refuses_until_something_is_claimed) {
  for (std::uint64_t i = 0; i < 8; ++i) ASSERT_TRUE(offer(i));
  EXPECT_FALSE(offer(8));
  EXPECT_EQ(claim(1), numbers{0});
  EXPECT_TRUE(offer(8));
  EXPECT_FALSE(offer(9));
  EXPECT_EQ(claim(20), (numbers{1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST_F(hand_out, positions_and_deadlines_travel_with_the_item) {
  ASSERT_TRUE(offer(7, 1000));
  ASSERT_TRUE(offer(8, 2000));
  std::array<item, 2> out;
  ASSERT_EQ(ring_.claim(out), 2U);
  EXPECT_EQ(out[0].position, 0U);
  EXPECT_EQ(out[1].position, 1U);
  EXPECT_EQ(out[1].deadline_ns, 2000U);
}

TEST_F(hand_out, a_killed_item_is_passed_over) {
  for (std::uint64_t i = 0; i < 4; ++i) ASSERT_TRUE(offer(i));
  EXPECT_TRUE(ring_.kill(1));
  EXPECT_TRUE(ring_.kill(3));
  EXPECT_EQ(claim(4), (numbers{0, 2}));
  EXPECT_EQ(ring_.claimed(), 4U);
}

TEST_F(hand_out, a_claim_of_only_dead_items_goes_on_to_the_living) {
  for (std::uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(offer(i));
  EXPECT_TRUE(ring_.kill(0));
  EXPECT_TRUE(ring_.kill(1));
  EXPECT_EQ(claim(1), numbers{2});
}

TEST_F(hand_out, a_claimed_item_cannot_be_killed) {
  ASSERT_TRUE(offer(0));
  ASSERT_TRUE(offer(1));
  EXPECT_EQ(claim(1), numbers{0});
  EXPECT_FALSE(ring_.kill(0));
  EXPECT_TRUE(ring_.kill(1));
  EXPECT_EQ(claim(1), numbers{});
}

TEST_F(hand_out, an_item_past_its_deadline_is_passed_over_but_counts_as_claimed) {
  ASSERT_TRUE(offer(0, 100));
  ASSERT_TRUE(offer(1, 300));
  ASSERT_TRUE(offer(2, 101));
  EXPECT_EQ(claim(8, 101), numbers{1});
  EXPECT_EQ(ring_.claimed(), 3U);
}

TEST_F(hand_out, one_claim_takes_at_most_its_maximum) {
  std::vector<ring_type::slot> slots(256);
  ring_type ring(slots);
  for (std::uint64_t i = 0; i < 256; ++i) ASSERT_TRUE(ring.try_offer(make(i), 0));
  std::vector<item> out(256);
  EXPECT_EQ(ring.claim(out), ring_type::claim_max);
}

TEST_F(hand_out, kill_generations_wrap_without_harm) {
  // more kills than 16 bits count, with living items between them
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    ASSERT_TRUE(offer(i));
    ASSERT_TRUE(offer(i + 1));
    ASSERT_TRUE(ring_.kill(ring_.position() - (i % 2 == 0 ? 1 : 2)));
    ASSERT_EQ(claim(2), numbers{i % 2 == 0 ? i : i + 1});
    ASSERT_EQ(ring_.claimed(), ring_.position());
  }
}

}  // namespace
