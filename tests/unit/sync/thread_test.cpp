#include "sync/thread.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>

#include <csignal>
#include <string>

#include "sync/cpu_binding.hpp"
#include "sync/doorbell.hpp"
#include "sync/stop_flag.hpp"

namespace {

using millrace::sync::any_cpu;
using millrace::sync::doorbell;
using millrace::sync::no_deadline;
using millrace::sync::stop_flag;
using millrace::sync::thread;

int first_permitted_cpu() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  sched_getaffinity(0, sizeof(mask), &mask);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &mask)) return cpu;
  }
  return 0;
}

TEST(thread, runs_its_body_named_bound_and_after_on_start) {
  std::string order;
  char name[32] = {};
  cpu_set_t mask;
  CPU_ZERO(&mask);
  const int cpu = first_permitted_cpu();
  auto started = thread::start(
      {.name = "a-rather-long-name", .cpu = cpu, .on_start = [&] { order += "start "; }}, [&] {
        order += "body";
        pthread_getname_np(pthread_self(), name, sizeof(name));
        sched_getaffinity(0, sizeof(mask), &mask);
      });
  ASSERT_TRUE(started);
  EXPECT_TRUE(started->bound());
  started->join();
  EXPECT_EQ(order, "start body");
  EXPECT_STREQ(name, "a-rather-long-n");
  EXPECT_EQ(CPU_COUNT(&mask), 1);
  EXPECT_TRUE(CPU_ISSET(cpu, &mask));
}

TEST(thread, says_when_it_could_not_be_bound_and_runs_on) {
  bool ran = false;
  auto started = thread::start({.cpu = 8000}, [&] { ran = true; });
  ASSERT_TRUE(started);
  EXPECT_FALSE(started->bound());
  started->join();
  EXPECT_TRUE(ran);
}

TEST(thread, blocks_every_signal_and_leaves_the_creators_mask_alone) {
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  sigset_t inside;
  sigemptyset(&inside);
  auto started = thread::start({}, [&] { pthread_sigmask(SIG_SETMASK, nullptr, &inside); });
  ASSERT_TRUE(started);
  started->join();
  for (const int s : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGPIPE, SIGALRM, SIGCHLD}) {
    EXPECT_EQ(sigismember(&inside, s), 1) << s;
  }
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (int s = 1; s < 65; ++s) EXPECT_EQ(sigismember(&before, s), sigismember(&after, s)) << s;
}

TEST(thread, a_parked_loop_ends_when_told_and_rung) {
  stop_flag stop;
  doorbell bell;
  int turns = 0;
  auto started = thread::start({.name = "loop"}, [&] {
    while (!stop.requested()) {
      ++turns;
      bell.prepare_to_sleep();
      stop.requested() ? static_cast<void>(bell.cancel())
                       : static_cast<void>(bell.wait(no_deadline));
    }
  });
  ASSERT_TRUE(started);
  stop.request();
  bell.ring();
  started->join();
  EXPECT_LE(turns, 2);
}

TEST(thread, moving_joins_what_was_there) {
  int done = 0;
  auto one = thread::start({}, [&] { ++done; });
  ASSERT_TRUE(one);
  thread kept = std::move(one).value();
  kept = thread();
  EXPECT_EQ(done, 1);
}

TEST(cpu_binding, refuses_what_does_not_exist) {
  EXPECT_FALSE(millrace::sync::bind_this_thread(-1));
  EXPECT_FALSE(millrace::sync::bind_this_thread(1'000'000));
  EXPECT_FALSE(millrace::sync::prefer_memory_of(-1));
  EXPECT_FALSE(millrace::sync::prefer_memory_of(100'000));
  EXPECT_GE(millrace::sync::processors_permitted(), 1);
}

TEST(cpu_binding, leaves_its_processor_and_may_come_back) {
  auto one = thread::start({}, [] {
    const int permitted = millrace::sync::processors_permitted();
    const int before = millrace::sync::this_processor();
    EXPECT_EQ(millrace::sync::leave_this_processor(), permitted > 1);
    EXPECT_EQ(millrace::sync::processors_permitted(), permitted);
    if (permitted > 1) {
      EXPECT_NE(millrace::sync::this_processor(), before);
    }
  });
  ASSERT_TRUE(one);
}

TEST(cpu_binding, does_not_leave_the_only_processor) {
  auto one = thread::start({}, [] {
    ASSERT_TRUE(millrace::sync::bind_this_thread(millrace::sync::this_processor()));
    EXPECT_FALSE(millrace::sync::leave_this_processor());
    EXPECT_EQ(millrace::sync::processors_permitted(), 1);
  });
  ASSERT_TRUE(one);
}

}  // namespace
