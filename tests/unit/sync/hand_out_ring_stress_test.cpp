// The hand-out ring under real threads: every item goes to one consumer or is killed, never both,
// and the producer knows which. Small enough to run under the thread sanitizer.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "sync/hand_out_ring.hpp"

namespace {

using millrace::sync::hand_out_ring;
using millrace::sync::handed_out;
using millrace::sync::std_sync;

#if defined(__SANITIZE_THREAD__)
constexpr std::uint64_t item_count = 40'000;
#else
constexpr std::uint64_t item_count = 400'000;
#endif
constexpr int consumer_count = 3;

struct payload {
  std::uint64_t number;
  std::array<std::uint64_t, 12> copies;
};

TEST(hand_out_ring_stress, each_item_is_claimed_once_or_killed) {
  using ring_type = hand_out_ring<std_sync, payload>;
  std::vector<ring_type::slot> slots(64);
  ring_type ring(slots);
  std::vector<std::atomic<std::uint8_t>> seen(item_count);
  std::vector<std::uint8_t> killed(item_count, 0);
  std::atomic<bool> done{false};
  std::uint64_t misses = 0;
  {
    std::vector<std::jthread> consumers;
    for (int c = 0; c < consumer_count; ++c) {
      consumers.emplace_back([&, c] {
        std::vector<handed_out<payload>> out(static_cast<std::size_t>(1 + 3 * c));
        std::uint64_t wrong = 0;
        for (bool last = false;;) {
          const bool ended = done.load(std::memory_order_acquire);
          const std::size_t got = ring.claim(out);
          for (std::size_t i = 0; i < got; ++i) {
            const payload& value = out[i].value;
            for (const std::uint64_t copy : value.copies) wrong += copy != value.number ? 1 : 0;
            wrong += out[i].position != value.number ? 1 : 0;
            seen[value.number].fetch_add(1, std::memory_order_relaxed);
          }
          if (got != 0) continue;
          if (last) break;
          last = ended;
          std::this_thread::yield();
        }
        EXPECT_EQ(wrong, 0U);
      });
    }
    for (std::uint64_t i = 0; i < item_count;) {
      payload value{i, {}};
      value.copies.fill(i);
      if (!ring.try_offer(value, i)) {
        std::this_thread::yield();
        continue;
      }
      if (i % 5 == 0) {
        const std::uint64_t victim = i - i % 3;  // this one, or a little older
        if (killed[victim] == 0 && ring.kill(victim)) {
          killed[victim] = 1;
        } else {
          ++misses;
        }
      }
      ++i;
    }
    done.store(true, std::memory_order_release);
  }
  EXPECT_EQ(ring.claimed(), item_count);
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < item_count; ++i) {
    wrong += seen[i].load() + killed[i] != 1 ? 1 : 0;
  }
  EXPECT_EQ(wrong, 0U);
  RecordProperty("kills_that_came_too_late", std::to_string(misses));
}

}  // namespace
