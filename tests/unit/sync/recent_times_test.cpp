#include "sync/recent_times.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace {

using millrace::sync::recent_times;

TEST(recent_times, allows_so_many_within_a_span) {
  recent_times<3> times;
  EXPECT_TRUE(times.take(0, 100));
  EXPECT_TRUE(times.take(10, 100));
  EXPECT_TRUE(times.take(20, 100));
  EXPECT_FALSE(times.take(99, 100));
  EXPECT_TRUE(times.take(100, 100));
  EXPECT_FALSE(times.take(109, 100));
  EXPECT_TRUE(times.take(110, 100));
}

TEST(recent_times, what_came_to_nothing_does_not_count) {
  recent_times<2> times;
  EXPECT_TRUE(times.take(0, 100));
  EXPECT_TRUE(times.take(1, 100));
  times.give(1);
  EXPECT_TRUE(times.take(2, 100));
  EXPECT_FALSE(times.take(3, 100));
}

TEST(recent_times, are_never_too_many_of_racing_threads) {
  constexpr std::int64_t spans = 2'000;
  constexpr std::int64_t span = 10;
  recent_times<5> times;
  std::atomic<std::int64_t> arrived{0};
  std::vector<std::atomic<int>> allowed(spans);
  const auto run = [&] {
    for (std::int64_t i = 0; i < spans; ++i) {
      arrived.fetch_add(1);
      while (arrived.load() < 2 * (i + 1)) std::this_thread::yield();
      for (int tries = 0; tries < 5; ++tries) {
        if (times.take(i * span, span)) allowed[static_cast<std::size_t>(i)].fetch_add(1);
      }
    }
  };
  std::thread other(run);
  run();
  other.join();
  for (const std::atomic<int>& one : allowed) EXPECT_LE(one.load(), 5);
}

}  // namespace
