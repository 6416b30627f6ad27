#include "sync/idle_guard.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <time.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/clock.hpp"

namespace {

namespace base = millrace::base;
using millrace::sync::idle_guard;

constexpr std::int64_t patience_ns = 20 * base::ns_per_s;
constexpr std::int64_t for_ever_ns = 3600 * base::ns_per_s;

/// Blocks, as somebody does who waits for a device.
void block() {
  const timespec once{.tv_sec = 0, .tv_nsec = 200'000};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &once, nullptr);
}

template <class Condition>
bool eventually(Condition&& holds) {
  const std::int64_t end = base::monotonic_ns() + patience_ns;
  while (!holds()) {
    if (base::monotonic_ns() > end) return false;
    block();
  }
  return true;
}

/// The thread of this process with that name, 0 if there is none.
pid_t thread_named(const std::string& name) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string shown;
    std::ifstream(entry.path() / "comm") >> shown;
    if (shown == name) return std::stoi(entry.path().filename());
  }
  return 0;
}

/// Until the guard sleeps: it looks no more.
bool rests(const idle_guard& guard) {
  return eventually([&] {
    const std::uint64_t before = guard.looks();
    for (int i = 0; i < 20; ++i) block();
    return guard.looks() == before;
  });
}

struct idle_guard_test : testing::Test {
  void start(std::int64_t watch_ns_max) {
    ASSERT_TRUE(guard.start({.name = "guard", .watch_ns_max = watch_ns_max}));
  }
  bool looks_again() {
    const std::uint64_t before = guard.looks();
    return eventually([&] { return guard.looks() != before; });
  }

  idle_guard guard;
};

TEST_F(idle_guard_test, looks_as_long_as_somebody_waits_and_then_rests) {
  start(for_ever_ns);
  EXPECT_EQ(guard.looks(), 0U);
  for (int i = 0; i < 3; ++i) {
    guard.begin(0);
    EXPECT_TRUE(looks_again());
    EXPECT_TRUE(looks_again());
    guard.end();
    EXPECT_TRUE(rests(guard));
  }
}

TEST_F(idle_guard_test, runs_only_where_nobody_else_wants_to_and_on_the_processor_of_who_waits) {
  start(for_ever_ns);
  cpu_set_t before;
  sched_getaffinity(0, sizeof before, &before);
  const pid_t thread = thread_named("guard");
  ASSERT_NE(thread, 0);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &before)) continue;
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(cpu, &here);
    ASSERT_EQ(sched_setaffinity(0, sizeof here, &here), 0);
    guard.begin(0);
    EXPECT_TRUE(looks_again());
    guard.end();
    cpu_set_t there;
    sched_getaffinity(thread, sizeof there, &there);
    EXPECT_TRUE(CPU_EQUAL(&here, &there));
  }
  EXPECT_EQ(sched_getscheduler(thread), SCHED_IDLE);
  sched_setaffinity(0, sizeof before, &before);
}

TEST_F(idle_guard_test, gives_up_a_wait_that_takes_long_and_watches_the_next) {
  start(1'000'000);
  for (int i = 0; i < 2; ++i) {
    guard.begin(0);
    EXPECT_TRUE(looks_again());
    EXPECT_TRUE(rests(guard)) << "the wait is not over, but it looks no more";
    guard.end();
  }
}

TEST_F(idle_guard_test, does_not_begin_with_a_wait_that_will_take_long) {
  start(1'000'000);
  guard.begin(1'000'001);
  EXPECT_TRUE(rests(guard));
  EXPECT_EQ(guard.looks(), 0U);
  guard.end();
  guard.begin(1'000'000);
  EXPECT_TRUE(looks_again());
  guard.end();
}

TEST_F(idle_guard_test, stops_during_a_wait) {
  start(for_ever_ns);
  guard.begin(0);
  EXPECT_TRUE(looks_again());
  guard.stop();
  EXPECT_EQ(thread_named("guard"), 0);
}

TEST_F(idle_guard_test, does_nothing_when_it_was_not_started) {
  guard.begin(0);
  guard.end();
  EXPECT_EQ(guard.looks(), 0U);
}

}  // namespace
