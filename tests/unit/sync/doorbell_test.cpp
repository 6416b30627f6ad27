#include "sync/doorbell.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/clock.hpp"

namespace {

using millrace::base::monotonic_ns;
using millrace::base::ns_per_s;
using millrace::sync::doorbell;
using millrace::sync::no_deadline;
using millrace::sync::waker;

void count(void* context) noexcept { ++*static_cast<int*>(context); }

TEST(doorbell, ring_without_a_sleeper_wakes_nobody) {
  int wakes = 0;
  doorbell bell(waker{count, &wakes});
  EXPECT_FALSE(bell.ring());
  EXPECT_EQ(wakes, 0);
}

TEST(doorbell, many_rings_wake_once_a_sleep) {
  int wakes = 0;
  doorbell bell(waker{count, &wakes});
  bell.prepare_to_sleep();
  EXPECT_TRUE(bell.ring());
  EXPECT_FALSE(bell.ring());
  EXPECT_FALSE(bell.ring());
  EXPECT_EQ(wakes, 1);
  EXPECT_TRUE(bell.cancel());
  bell.prepare_to_sleep();
  EXPECT_TRUE(bell.ring());
  EXPECT_EQ(wakes, 2);
}

TEST(doorbell, cancel_tells_whether_somebody_rang) {
  int wakes = 0;
  doorbell bell(waker{count, &wakes});
  bell.prepare_to_sleep();
  EXPECT_FALSE(bell.cancel());
  EXPECT_FALSE(bell.ring());
  EXPECT_EQ(wakes, 0);
}

TEST(doorbell, wait_returns_at_once_when_rung_before) {
  doorbell bell;
  bell.prepare_to_sleep();
  EXPECT_TRUE(bell.ring());
  EXPECT_TRUE(bell.wait(no_deadline));
}

TEST(doorbell, wait_ends_at_its_deadline_and_leaves_the_sleeper_awake) {
  doorbell bell;
  bell.prepare_to_sleep();
  const std::int64_t deadline = monotonic_ns() + 1'000'000;
  EXPECT_FALSE(bell.wait(deadline));
  EXPECT_GE(monotonic_ns(), deadline);
  EXPECT_FALSE(bell.ring());
}

TEST(doorbell, a_deadline_in_the_past_does_not_block) {
  doorbell bell;
  bell.prepare_to_sleep();
  EXPECT_FALSE(bell.wait(-1));
  bell.prepare_to_sleep();
  EXPECT_FALSE(bell.wait(0));
}

// Two wakers publish numbers, the sleeper parks whenever it has seen them all. A lost wake-up shows
// as a wait that hits its deadline of ten seconds although a number was published.
TEST(doorbell, no_wake_up_is_lost_between_threads) {
  constexpr int wakers = 2;
  constexpr std::uint64_t rounds = 20'000;
  doorbell bell;
  std::atomic<std::uint64_t> published{0};
  std::vector<std::thread> threads;
  for (int w = 0; w < wakers; ++w) {
    threads.emplace_back([&] {
      for (std::uint64_t i = 0; i < rounds; ++i) {
        published.fetch_add(1, std::memory_order_release);
        bell.ring();
        if (i % 64 == 0) std::this_thread::yield();
      }
    });
  }
  std::uint64_t seen = 0;
  bool lost = false;
  while (seen < wakers * rounds && !lost) {
    seen = published.load(std::memory_order_acquire);
    if (seen == wakers * rounds) break;
    bell.prepare_to_sleep();
    if (published.load(std::memory_order_acquire) != seen) {
      bell.cancel();
    } else {
      lost = !bell.wait(monotonic_ns() + 10 * ns_per_s) &&
             published.load(std::memory_order_acquire) != seen;
    }
  }
  for (std::thread& t : threads) t.join();
  EXPECT_FALSE(lost);
  EXPECT_EQ(published.load(), wakers * rounds);
}

}  // namespace
