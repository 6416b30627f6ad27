// Receipt handles: genuine ones open, everything else does not.
#include "queue/receipts.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace {

using namespace millrace;
using queue::receipt;

constexpr base::tag_key key{1, 2};

TEST(receipt_handle, opens_to_what_was_sealed) {
  const receipt_handle h = queue::seal(key, {7, 8, 9});
  receipt r;
  ASSERT_TRUE(queue::open(key, h, r));
  EXPECT_EQ(r.queue, 7U);
  EXPECT_EQ(r.sequence, 8U);
  EXPECT_EQ(r.receive_count, 9U);
}

TEST(receipt_handle, differs_for_each_queue_message_and_receive) {
  const receipt_handle h = queue::seal(key, {1, 1, 1});
  EXPECT_NE(h, queue::seal(key, {2, 1, 1}));
  EXPECT_NE(h, queue::seal(key, {1, 2, 1}));
  EXPECT_NE(h, queue::seal(key, {1, 1, 2}));
}

TEST(receipt_handle, is_refused_after_a_change_of_any_bit) {
  const receipt_handle genuine = queue::seal(key, {7, 8, 9});
  for (std::size_t bit = 0; bit < 256; ++bit) {
    receipt_handle forged = genuine;
    forged.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    receipt r;
    EXPECT_FALSE(queue::open(key, forged, r)) << bit;
  }
}

TEST(receipt_handle, of_another_key_or_of_garbage_is_refused) {
  receipt r;
  EXPECT_FALSE(queue::open({1, 3}, queue::seal(key, {7, 8, 9}), r));
  EXPECT_FALSE(queue::open(key, {}, r));
  base::random random(4);
  for (int i = 0; i < 10'000; ++i) {
    receipt_handle h;
    for (auto& byte : h.bytes) byte = static_cast<std::uint8_t>(random.next());
    ASSERT_FALSE(queue::open(key, h, r));
  }
}

}  // namespace
