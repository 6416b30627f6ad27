#include "sync/time_slice.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <thread>

namespace {

using millrace::sync::brief_turn_ns;
using millrace::sync::take_turns;
using millrace::sync::turns;

/// Of the calling thread, as the kernel tells: bytes 24..31 of its sched_attr. 0 before Linux 6.12.
std::int64_t turn_ns() {
  std::array<char, 48> attributes{};
  if (::syscall(SYS_sched_getattr, 0, attributes.data(), attributes.size(), 0) != 0) return 0;
  std::int64_t told = 0;
  std::memcpy(&told, attributes.data() + 24, sizeof(told));
  return told;
}

TEST(time_slice, turns_become_brief_and_usual_again_and_nothing_else_changes) {
  std::thread([] {
    const auto self = static_cast<id_t>(::gettid());
    ASSERT_EQ(::setpriority(PRIO_PROCESS, self, 3), 0);
    const std::int64_t before = turn_ns();

    ASSERT_TRUE(take_turns(turns::brief));
    const std::int64_t brief = turn_ns();
    ASSERT_TRUE(take_turns(turns::usual));

    EXPECT_EQ(::getpriority(PRIO_PROCESS, self), 3);
    EXPECT_EQ(::sched_getscheduler(0), SCHED_OTHER);
    if (before == 0) GTEST_SKIP() << "this kernel does not tell how long turns are";
    EXPECT_NE(before, brief_turn_ns);
    EXPECT_EQ(brief, brief_turn_ns);
    EXPECT_EQ(turn_ns(), before);
  }).join();
}

TEST(time_slice, a_thread_without_turns_stays_as_it_is) {
  std::thread([] {
    const sched_param none{};
    ASSERT_EQ(::sched_setscheduler(0, SCHED_IDLE, &none), 0);
    EXPECT_FALSE(take_turns(turns::brief));
    EXPECT_EQ(::sched_getscheduler(0), SCHED_IDLE);
  }).join();
}

}  // namespace
