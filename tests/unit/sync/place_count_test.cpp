#include "sync/place_count.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace {

using millrace::sync::place_count;

TEST(place_count, gives_out_its_maximum_and_no_more) {
  place_count places(2);
  EXPECT_TRUE(places.take());
  EXPECT_TRUE(places.take());
  EXPECT_FALSE(places.take());
  places.give();
  EXPECT_TRUE(places.take());
  places.hold();
  places.give();
  EXPECT_FALSE(places.take());
}

TEST(place_count, gives_several_at_once_or_none) {
  place_count places(5);
  EXPECT_TRUE(places.take(3));
  EXPECT_FALSE(places.take(3));
  EXPECT_TRUE(places.take(2));
  EXPECT_FALSE(places.take());
  EXPECT_TRUE(places.take(0));
  places.give(4);
  places.hold(5);
  EXPECT_FALSE(places.take());
}

TEST(place_count, is_never_above_its_maximum_under_two_threads) {
  place_count places(3);
  std::atomic<int> held{0};
  std::atomic<int> most{0};
  const auto take_and_give = [&] {
    for (int i = 0; i < 100'000; ++i) {
      if (!places.take()) continue;
      const int now = ++held;
      int seen = most;
      while (now > seen && !most.compare_exchange_weak(seen, now)) {
      }
      --held;
      places.give();
    }
  };
  std::thread other(take_and_give);
  take_and_give();
  other.join();
  EXPECT_LE(most, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(places.take());
  EXPECT_FALSE(places.take());
}

}  // namespace
