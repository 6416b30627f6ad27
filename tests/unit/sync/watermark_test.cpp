#include "sync/watermark.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "sync/published.hpp"

namespace {

using millrace::sync::published;
using millrace::sync::watermark;

TEST(watermark, only_grows) {
  watermark w;
  EXPECT_EQ(w.value(), 0U);
  w.advance(3);
  w.advance(3);
  w.add(2);
  EXPECT_EQ(w.value(), 5U);
  EXPECT_DEATH(w.advance(4), "to >= value_");
}

TEST(watermark, shows_what_led_to_a_position) {
  constexpr std::uint64_t steps = 20'000;
  watermark w;
  std::vector<std::uint64_t> written(steps + 1);
  std::thread writer([&] {
    for (std::uint64_t i = 1; i <= steps; ++i) {
      written[i] = i * i;
      w.advance(i);
    }
  });
  std::uint64_t seen = 0;
  while (seen < steps) {
    const std::uint64_t at = w.value();
    EXPECT_GE(at, seen);
    for (; seen < at; ++seen) EXPECT_EQ(written[seen + 1], (seen + 1) * (seen + 1));
  }
  writer.join();
}

TEST(published, shows_what_was_done_before_it_was_set) {
  published<bool> ready{false};
  int value = 0;
  std::thread writer([&] {
    value = 7;
    ready.set(true);
  });
  while (!ready.get()) std::this_thread::yield();
  EXPECT_EQ(value, 7);
  writer.join();
}

}  // namespace
