// Engine time from the system clock: wall time at the start, and never backwards.
#include "base/clock.hpp"

#include <gtest/gtest.h>

#include "sync/virtual_clock.hpp"

namespace {

using namespace millrace;

TEST(system_clock, starts_at_wall_time) {
  const base::time_ns before = base::wall_ns();
  const base::system_clock clock;
  const base::time_ns now = clock.now();
  EXPECT_GE(now, before - base::ns_per_s);
  EXPECT_LE(now, base::wall_ns() + base::ns_per_s);
}

TEST(system_clock, resumes_no_earlier_than_asked) {
  const base::time_ns later = base::wall_ns() + 3600 * base::ns_per_s;
  const base::system_clock clock(later);
  EXPECT_GE(clock.now(), later);
}

TEST(system_clock, never_goes_back) {
  const base::system_clock clock;
  base::time_ns last = clock.now();
  for (int i = 0; i < 10'000; ++i) {
    const base::time_ns now = clock.now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(virtual_clock, stands_still_until_moved_on) {
  sync::virtual_clock clock(5);
  EXPECT_EQ(clock.now(), 5);
  EXPECT_FALSE(clock.runs());
  clock.advance(14LL * 86'400 * base::ns_per_s);
  EXPECT_EQ(clock.now(), 5 + 14LL * 86'400 * base::ns_per_s);
}

}  // namespace
